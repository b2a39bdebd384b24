# What applications do through PyMySQL: port, user and password are the arguments.
import datetime
import decimal
import sys

import pymysql

port, user, password = int(sys.argv[1]), sys.argv[2], sys.argv[3]
db = pymysql.connect(host="127.0.0.1", port=port, user=user, password=password, database="test", charset="utf8mb4",
                     client_flag=pymysql.constants.CLIENT.MULTI_STATEMENTS, autocommit=False, local_infile=True)
with db.cursor() as c:
    c.execute("DROP TABLE IF EXISTS py")
    c.execute("CREATE TABLE py (id INT PRIMARY KEY AUTO_INCREMENT, s VARCHAR(40), d DECIMAL(8, 2), t DATETIME(6), b BLOB, j JSON)")
    print("insert", c.execute("INSERT INTO py (s, d, t, b) VALUES (%s, %s, %s, %s)",
                              ("grün 'x' \\ 🐬", decimal.Decimal("12.50"), datetime.datetime(2024, 2, 29, 1, 2, 3, 4), b"\x00\xff'")),
          c.lastrowid)
    print("many", c.executemany("INSERT INTO py (s, d) VALUES (%s, %s)", [("row %d" % i, i) for i in range(50)]), c.lastrowid)
    db.commit()
    c.execute("SELECT id, s, d, t, b, j FROM py WHERE id = %s", (1,))
    print(c.description, c.fetchall())
    c.execute("SELECT COUNT(*), SUM(d) FROM py")
    print(c.fetchone())
    c.execute("UPDATE py SET s = 'gone'")
    print("updated", c.rowcount)
    db.rollback()
    c.execute("SELECT COUNT(*) FROM py WHERE s = 'gone'")
    print(c.fetchone())
    c.execute("SELECT 1; SELECT 2, 'two'; UPDATE py SET d = 0 WHERE id = 2")
    print(c.fetchall(), c.nextset(), c.fetchall(), c.nextset(), c.rowcount)
    c.execute("DROP PROCEDURE IF EXISTS py_p")
    c.execute("CREATE PROCEDURE py_p(IN a INT, OUT b INT) BEGIN SELECT a; SET b = a + 1; END")
    c.callproc("py_p", (5, 0))
    print(c.fetchall())
    while c.nextset():
        pass
    c.execute("SELECT @_py_p_0, @_py_p_1")
    print(c.fetchall())
    for wrong in ("SELECT nothing FROM py", "INSERT INTO py (id) VALUES (1)", "nonsense"):
        try:
            c.execute(wrong)
        except pymysql.err.MySQLError as e:
            print(type(e).__name__, e.args)
    c.execute("INSERT IGNORE INTO py (id) VALUES (1)")
    c.execute("SHOW WARNINGS")
    print(c.fetchall())
    db.commit()
with db.cursor(pymysql.cursors.SSDictCursor) as c:
    c.execute("SELECT id, s FROM py ORDER BY id LIMIT 3")
    for row in c:
        print(row)
db.select_db("mysql")
db.select_db("test")
db.ping()
db.autocommit(True)
with db.cursor() as c:
    c.execute("SELECT REPEAT('x', 20000000)")
    print(len(c.fetchone()[0]))
    c.execute("DROP TABLE py")
db.close()
print("done")
