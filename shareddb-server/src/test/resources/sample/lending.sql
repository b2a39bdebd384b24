-- A small public library: what real schemas use, in one file for the stock client.
DROP DATABASE IF EXISTS lending;
CREATE DATABASE lending CHARACTER SET utf8mb4;
USE lending;

CREATE TABLE branch (
  id TINYINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name VARCHAR(60) NOT NULL,
  place POINT NOT NULL,
  open_from TIME NOT NULL DEFAULT '09:00:00',
  SPATIAL INDEX (place)
);

CREATE TABLE book (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  title VARCHAR(200) NOT NULL,
  summary TEXT,
  kind ENUM('novel', 'poem', 'manual') NOT NULL DEFAULT 'novel',
  features SET('large print', 'audio', 'signed'),
  price DECIMAL(8, 2),
  cover BLOB,
  added TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
  FULLTEXT INDEX words (title, summary)
);

CREATE TABLE reader (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  code CHAR(36) NOT NULL,
  name VARCHAR(100) NOT NULL,
  born YEAR,
  settings LONGTEXT CHECK (JSON_VALID(settings)),
  UNIQUE KEY (code)
);

CREATE TABLE loan (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  book_id INT UNSIGNED NOT NULL,
  reader_id INT UNSIGNED NOT NULL,
  branch_id TINYINT UNSIGNED NOT NULL,
  taken DATETIME(6) NOT NULL,
  returned DATETIME(6),
  days INT AS (TIMESTAMPDIFF(DAY, taken, returned)) VIRTUAL,
  CONSTRAINT loan_book FOREIGN KEY (book_id) REFERENCES book (id) ON DELETE CASCADE,
  CONSTRAINT loan_reader FOREIGN KEY (reader_id) REFERENCES reader (id),
  CONSTRAINT loan_branch FOREIGN KEY (branch_id) REFERENCES branch (id)
);

CREATE TABLE audit (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  what VARCHAR(200) NOT NULL,
  who VARCHAR(128) NOT NULL,
  mark CHAR(36) NOT NULL,
  at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)
);

CREATE SEQUENCE shelf START WITH 100 INCREMENT BY 10 NOCACHE;

DELIMITER //
CREATE TRIGGER reader_code BEFORE INSERT ON reader FOR EACH ROW
BEGIN
  IF NEW.code = '' THEN
    SET NEW.code = UUID();
  END IF;
END//
CREATE TRIGGER loan_taken AFTER INSERT ON loan FOR EACH ROW
  INSERT INTO audit (what, who, mark) VALUES (CONCAT('loan ', NEW.id, ' of book ', NEW.book_id), CURRENT_USER(), UUID())//
CREATE TRIGGER loan_returned AFTER UPDATE ON loan FOR EACH ROW
BEGIN
  IF OLD.returned IS NULL AND NEW.returned IS NOT NULL THEN
    INSERT INTO audit (what, who, mark) VALUES (CONCAT('return of loan ', NEW.id, '; luck ', RAND()), CURRENT_USER(), UUID());
  END IF;
END//

CREATE FUNCTION open_loans (reader INT UNSIGNED) RETURNS INT
  READS SQL DATA
BEGIN
  DECLARE result INT;
  SELECT COUNT(*) INTO result FROM loan WHERE reader_id = reader AND returned IS NULL;
  RETURN result;
END//

CREATE PROCEDURE lend (IN book INT UNSIGNED, IN reader INT UNSIGNED, IN branch TINYINT UNSIGNED, OUT loan_id BIGINT UNSIGNED)
  MODIFIES SQL DATA
BEGIN
  DECLARE EXIT HANDLER FOR SQLEXCEPTION
  BEGIN
    ROLLBACK;
    RESIGNAL;
  END;
  START TRANSACTION;
  IF open_loans(reader) >= 20 THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'too many open loans';
  END IF;
  INSERT INTO loan (book_id, reader_id, branch_id, taken) VALUES (book, reader, branch, NOW(6));
  SET loan_id = LAST_INSERT_ID();
  COMMIT;
END//

CREATE PROCEDURE fill (IN books INT)
  MODIFIES SQL DATA
BEGIN
  DECLARE i INT DEFAULT 0;
  WHILE i < books DO
    INSERT INTO book (title, summary, kind, features, price, cover)
      VALUES (CONCAT('Book ', i, ' — Ångström'), CONCAT('A story; with ''quotes'' and \\ number ', i), 1 + i MOD 3, i MOD 8,
        ROUND(RAND() * 100, 2), UNHEX(SHA2(i, 256)));
    SET i = i + 1;
  END WHILE;
END//
DELIMITER ;

CREATE VIEW open_loan AS
  SELECT l.id, b.title, r.name, l.taken FROM loan l JOIN book b ON b.id = l.book_id JOIN reader r ON r.id = l.reader_id
  WHERE l.returned IS NULL;
CREATE DEFINER = CURRENT_USER SQL SECURITY INVOKER VIEW busy_reader AS
  SELECT r.id, r.name, open_loans(r.id) AS loans FROM reader r;

INSERT INTO branch (name, place) VALUES
  ('Harbour', ST_GeomFromText('POINT(9.99 53.54)')), ('Market', ST_GeomFromText('POINT(10.01 53.56)'));
CALL fill(200);
INSERT INTO reader (code, name, born, settings) VALUES
  ('', 'Ada', 1985, '{"news": true}'), ('', 'Björn', 1990, NULL), ('', '李', 2001, '[]');

CALL lend(1, 1, 1, @loan);
CALL lend(2, 2, 2, @loan);
CALL lend(3, 3, 1, @loan);
UPDATE loan SET returned = taken + INTERVAL 3 DAY WHERE id = @loan;
SELECT NEXT VALUE FOR shelf;
SELECT COUNT(*) FROM book WHERE MATCH (title, summary) AGAINST ('story');
SELECT name FROM branch WHERE ST_Within(place, ST_GeomFromText('POLYGON((9 53, 10 53, 10 54, 9 54, 9 53))'));
