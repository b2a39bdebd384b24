-- Several statements in one text.
DELIMITER //
SELECT 1; SELECT 2//
CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, a INT); INSERT INTO t (a) VALUES (1), (2); SELECT * FROM t//
SELECT 1; SELECT nothing; SELECT 3//
INSERT INTO t (a) VALUES (3); INSERT INTO t VALUES (1, 1); SELECT 3//
SELECT COUNT(*) FROM t//
SET @a = 5; SELECT @a//
SET sql_mode = 'ANSI'; SELECT @@sql_mode; SET sql_mode = DEFAULT//
SELECT @@sql_mode//
SET NAMES latin1; SET lock_wait_timeout = 33//
SELECT @@lock_wait_timeout, @@character_set_results//
SET NAMES utf8mb4; SET nothing = 1; SELECT 1//
SELECT @@character_set_results//
BEGIN; INSERT INTO t (a) VALUES (9); ROLLBACK; SELECT COUNT(*) FROM t//
BEGIN; INSERT INTO t (a) VALUES (10)//
COMMIT; SELECT COUNT(*) FROM t//
USE information_schema; SELECT DATABASE(); USE differential//
SELECT DATABASE()//
SELECT 1;//
;//
//
-- nothing but a comment//
SELECT 1; ; SELECT 2//
CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END; CALL p(); DROP PROCEDURE p//
UPDATE t SET a = a + 1; UPDATE t SET a = a; DELETE FROM t WHERE a > 100//
SELECT CAST('x' AS SIGNED); SELECT 1//
SELECT 1; SELECT CAST('x' AS SIGNED)//
CREATE TEMPORARY TABLE u (a INT); INSERT INTO u VALUES (1); SELECT * FROM u; DROP TEMPORARY TABLE u//
SELECT SLEEP(0); DO 1; SELECT 2//
