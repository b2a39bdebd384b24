-- The sample database Sakila, version 0.9, shortened: no comments, the first rows of each table alone, in the session's database;
-- then questions about it.
--
-- Copyright (c) 2014, Oracle Corporation
-- All rights reserved.
--
-- Redistribution and use in source and binary forms, with or without modification, are permitted provided that the following conditions are met:
--
-- * Redistributions of source code must retain the above copyright notice, this list of conditions and the following disclaimer.
-- * Redistributions in binary form must reproduce the above copyright notice, this list of conditions and the following disclaimer in the documentation and/or other materials provided with the distribution.
-- * Neither the name of Oracle Corporation nor the names of its contributors may be used to endorse or promote products derived from this software without specific prior written permission.
--
-- THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS" AND ANY EXPRESS OR IMPLIED WARRANTIES, INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT OWNER OR CONTRIBUTORS BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON ANY THEORY OF LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE OF THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.

SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0;
SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0;
SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='TRADITIONAL';
CREATE TABLE actor (
  actor_id SMALLINT UNSIGNED NOT NULL AUTO_INCREMENT,
  first_name VARCHAR(45) NOT NULL,
  last_name VARCHAR(45) NOT NULL,
  last_update TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY  (actor_id),
  KEY idx_actor_last_name (last_name)
)ENGINE=InnoDB DEFAULT CHARSET=utf8;
CREATE TABLE address (
  address_id SMALLINT UNSIGNED NOT NULL AUTO_INCREMENT,
  address VARCHAR(50) NOT NULL,
  address2 VARCHAR(50) DEFAULT NULL,
  district VARCHAR(20) NOT NULL,
  city_id SMALLINT UNSIGNED NOT NULL,
  postal_code VARCHAR(10) DEFAULT NULL,
  phone VARCHAR(20) NOT NULL,
  /*!50705 location GEOMETRY NOT NULL,*/
  last_update TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY  (address_id),
  KEY idx_fk_city_id (city_id),
  /*!50705 SPATIAL KEY `idx_location` (location),*/
  CONSTRAINT `fk_address_city` FOREIGN KEY (city_id) REFERENCES city (city_id) ON DELETE RESTRICT ON UPDATE CASCADE
)ENGINE=InnoDB DEFAULT CHARSET=utf8;
CREATE TABLE category (
  category_id TINYINT UNSIGNED NOT NULL AUTO_INCREMENT,
  name VARCHAR(25) NOT NULL,
  last_update TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY  (category_id)
)ENGINE=InnoDB DEFAULT CHARSET=utf8;
CREATE TABLE city (
  city_id SMALLINT UNSIGNED NOT NULL AUTO_INCREMENT,
  city VARCHAR(50) NOT NULL,
  country_id SMALLINT UNSIGNED NOT NULL,
  last_update TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY  (city_id),
  KEY idx_fk_country_id (country_id),
  CONSTRAINT `fk_city_country` FOREIGN KEY (country_id) REFERENCES country (country_id) ON DELETE RESTRICT ON UPDATE CASCADE
)ENGINE=InnoDB DEFAULT CHARSET=utf8;
CREATE TABLE country (
  country_id SMALLINT UNSIGNED NOT NULL AUTO_INCREMENT,
  country VARCHAR(50) NOT NULL,
  last_update TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY  (country_id)
)ENGINE=InnoDB DEFAULT CHARSET=utf8;
CREATE TABLE customer (
  customer_id SMALLINT UNSIGNED NOT NULL AUTO_INCREMENT,
  store_id TINYINT UNSIGNED NOT NULL,
  first_name VARCHAR(45) NOT NULL,
  last_name VARCHAR(45) NOT NULL,
  email VARCHAR(50) DEFAULT NULL,
  address_id SMALLINT UNSIGNED NOT NULL,
  active BOOLEAN NOT NULL DEFAULT TRUE,
  create_date DATETIME NOT NULL,
  last_update TIMESTAMP DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY  (customer_id),
  KEY idx_fk_store_id (store_id),
  KEY idx_fk_address_id (address_id),
  KEY idx_last_name (last_name),
  CONSTRAINT fk_customer_address FOREIGN KEY (address_id) REFERENCES address (address_id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT fk_customer_store FOREIGN KEY (store_id) REFERENCES store (store_id) ON DELETE RESTRICT ON UPDATE CASCADE
)ENGINE=InnoDB DEFAULT CHARSET=utf8;
CREATE TABLE film (
  film_id SMALLINT UNSIGNED NOT NULL AUTO_INCREMENT,
  title VARCHAR(255) NOT NULL,
  description TEXT DEFAULT NULL,
  release_year YEAR DEFAULT NULL,
  language_id TINYINT UNSIGNED NOT NULL,
  original_language_id TINYINT UNSIGNED DEFAULT NULL,
  rental_duration TINYINT UNSIGNED NOT NULL DEFAULT 3,
  rental_rate DECIMAL(4,2) NOT NULL DEFAULT 4.99,
  length SMALLINT UNSIGNED DEFAULT NULL,
  replacement_cost DECIMAL(5,2) NOT NULL DEFAULT 19.99,
  rating ENUM('G','PG','PG-13','R','NC-17') DEFAULT 'G',
  special_features SET('Trailers','Commentaries','Deleted Scenes','Behind the Scenes') DEFAULT NULL,
  last_update TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY  (film_id),
  KEY idx_title (title),
  KEY idx_fk_language_id (language_id),
  KEY idx_fk_original_language_id (original_language_id),
  CONSTRAINT fk_film_language FOREIGN KEY (language_id) REFERENCES language (language_id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT fk_film_language_original FOREIGN KEY (original_language_id) REFERENCES language (language_id) ON DELETE RESTRICT ON UPDATE CASCADE
)ENGINE=InnoDB DEFAULT CHARSET=utf8;
CREATE TABLE film_actor (
  actor_id SMALLINT UNSIGNED NOT NULL,
  film_id SMALLINT UNSIGNED NOT NULL,
  last_update TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY  (actor_id,film_id),
  KEY idx_fk_film_id (`film_id`),
  CONSTRAINT fk_film_actor_actor FOREIGN KEY (actor_id) REFERENCES actor (actor_id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT fk_film_actor_film FOREIGN KEY (film_id) REFERENCES film (film_id) ON DELETE RESTRICT ON UPDATE CASCADE
)ENGINE=InnoDB DEFAULT CHARSET=utf8;
CREATE TABLE film_category (
  film_id SMALLINT UNSIGNED NOT NULL,
  category_id TINYINT UNSIGNED NOT NULL,
  last_update TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (film_id, category_id),
  CONSTRAINT fk_film_category_film FOREIGN KEY (film_id) REFERENCES film (film_id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT fk_film_category_category FOREIGN KEY (category_id) REFERENCES category (category_id) ON DELETE RESTRICT ON UPDATE CASCADE
)ENGINE=InnoDB DEFAULT CHARSET=utf8;
CREATE TABLE film_text (
  film_id SMALLINT NOT NULL,
  title VARCHAR(255) NOT NULL,
  description TEXT,
  PRIMARY KEY  (film_id),
  FULLTEXT KEY idx_title_description (title,description)
)ENGINE=MyISAM DEFAULT CHARSET=utf8;
/*!50610 ALTER TABLE film_text engine=InnoDB */;
DELIMITER ;;
CREATE TRIGGER `ins_film` AFTER INSERT ON `film` FOR EACH ROW BEGIN
    INSERT INTO film_text (film_id, title, description)
        VALUES (new.film_id, new.title, new.description);
  END;;
CREATE TRIGGER `upd_film` AFTER UPDATE ON `film` FOR EACH ROW BEGIN
    IF (old.title != new.title) OR (old.description != new.description) OR (old.film_id != new.film_id)
    THEN
        UPDATE film_text
            SET title=new.title,
                description=new.description,
                film_id=new.film_id
        WHERE film_id=old.film_id;
    END IF;
  END;;
CREATE TRIGGER `del_film` AFTER DELETE ON `film` FOR EACH ROW BEGIN
    DELETE FROM film_text WHERE film_id = old.film_id;
  END;;
DELIMITER ;
CREATE TABLE inventory (
  inventory_id MEDIUMINT UNSIGNED NOT NULL AUTO_INCREMENT,
  film_id SMALLINT UNSIGNED NOT NULL,
  store_id TINYINT UNSIGNED NOT NULL,
  last_update TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY  (inventory_id),
  KEY idx_fk_film_id (film_id),
  KEY idx_store_id_film_id (store_id,film_id),
  CONSTRAINT fk_inventory_store FOREIGN KEY (store_id) REFERENCES store (store_id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT fk_inventory_film FOREIGN KEY (film_id) REFERENCES film (film_id) ON DELETE RESTRICT ON UPDATE CASCADE
)ENGINE=InnoDB DEFAULT CHARSET=utf8;
CREATE TABLE language (
  language_id TINYINT UNSIGNED NOT NULL AUTO_INCREMENT,
  name CHAR(20) NOT NULL,
  last_update TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (language_id)
)ENGINE=InnoDB DEFAULT CHARSET=utf8;
CREATE TABLE payment (
  payment_id SMALLINT UNSIGNED NOT NULL AUTO_INCREMENT,
  customer_id SMALLINT UNSIGNED NOT NULL,
  staff_id TINYINT UNSIGNED NOT NULL,
  rental_id INT DEFAULT NULL,
  amount DECIMAL(5,2) NOT NULL,
  payment_date DATETIME NOT NULL,
  last_update TIMESTAMP DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY  (payment_id),
  KEY idx_fk_staff_id (staff_id),
  KEY idx_fk_customer_id (customer_id),
  CONSTRAINT fk_payment_rental FOREIGN KEY (rental_id) REFERENCES rental (rental_id) ON DELETE SET NULL ON UPDATE CASCADE,
  CONSTRAINT fk_payment_customer FOREIGN KEY (customer_id) REFERENCES customer (customer_id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT fk_payment_staff FOREIGN KEY (staff_id) REFERENCES staff (staff_id) ON DELETE RESTRICT ON UPDATE CASCADE
)ENGINE=InnoDB DEFAULT CHARSET=utf8;
CREATE TABLE rental (
  rental_id INT NOT NULL AUTO_INCREMENT,
  rental_date DATETIME NOT NULL,
  inventory_id MEDIUMINT UNSIGNED NOT NULL,
  customer_id SMALLINT UNSIGNED NOT NULL,
  return_date DATETIME DEFAULT NULL,
  staff_id TINYINT UNSIGNED NOT NULL,
  last_update TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (rental_id),
  UNIQUE KEY  (rental_date,inventory_id,customer_id),
  KEY idx_fk_inventory_id (inventory_id),
  KEY idx_fk_customer_id (customer_id),
  KEY idx_fk_staff_id (staff_id),
  CONSTRAINT fk_rental_staff FOREIGN KEY (staff_id) REFERENCES staff (staff_id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT fk_rental_inventory FOREIGN KEY (inventory_id) REFERENCES inventory (inventory_id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT fk_rental_customer FOREIGN KEY (customer_id) REFERENCES customer (customer_id) ON DELETE RESTRICT ON UPDATE CASCADE
)ENGINE=InnoDB DEFAULT CHARSET=utf8;
CREATE TABLE staff (
  staff_id TINYINT UNSIGNED NOT NULL AUTO_INCREMENT,
  first_name VARCHAR(45) NOT NULL,
  last_name VARCHAR(45) NOT NULL,
  address_id SMALLINT UNSIGNED NOT NULL,
  picture BLOB DEFAULT NULL,
  email VARCHAR(50) DEFAULT NULL,
  store_id TINYINT UNSIGNED NOT NULL,
  active BOOLEAN NOT NULL DEFAULT TRUE,
  username VARCHAR(16) NOT NULL,
  password VARCHAR(40) BINARY DEFAULT NULL,
  last_update TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY  (staff_id),
  KEY idx_fk_store_id (store_id),
  KEY idx_fk_address_id (address_id),
  CONSTRAINT fk_staff_store FOREIGN KEY (store_id) REFERENCES store (store_id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT fk_staff_address FOREIGN KEY (address_id) REFERENCES address (address_id) ON DELETE RESTRICT ON UPDATE CASCADE
)ENGINE=InnoDB DEFAULT CHARSET=utf8;
CREATE TABLE store (
  store_id TINYINT UNSIGNED NOT NULL AUTO_INCREMENT,
  manager_staff_id TINYINT UNSIGNED NOT NULL,
  address_id SMALLINT UNSIGNED NOT NULL,
  last_update TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY  (store_id),
  UNIQUE KEY idx_unique_manager (manager_staff_id),
  KEY idx_fk_address_id (address_id),
  CONSTRAINT fk_store_staff FOREIGN KEY (manager_staff_id) REFERENCES staff (staff_id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT fk_store_address FOREIGN KEY (address_id) REFERENCES address (address_id) ON DELETE RESTRICT ON UPDATE CASCADE
)ENGINE=InnoDB DEFAULT CHARSET=utf8;
CREATE VIEW customer_list
AS
SELECT cu.customer_id AS ID, CONCAT(cu.first_name, _utf8' ', cu.last_name) AS name, a.address AS address, a.postal_code AS `zip code`,
	a.phone AS phone, city.city AS city, country.country AS country, IF(cu.active, _utf8'active',_utf8'') AS notes, cu.store_id AS SID
FROM customer AS cu JOIN address AS a ON cu.address_id = a.address_id JOIN city ON a.city_id = city.city_id
	JOIN country ON city.country_id = country.country_id;
CREATE VIEW film_list
AS
SELECT film.film_id AS FID, film.title AS title, film.description AS description, category.name AS category, film.rental_rate AS price,
	film.length AS length, film.rating AS rating, GROUP_CONCAT(CONCAT(actor.first_name, _utf8' ', actor.last_name) SEPARATOR ', ') AS actors
FROM category LEFT JOIN film_category ON category.category_id = film_category.category_id LEFT JOIN film ON film_category.film_id = film.film_id
        JOIN film_actor ON film.film_id = film_actor.film_id
	JOIN actor ON film_actor.actor_id = actor.actor_id
GROUP BY film.film_id, category.name;
CREATE VIEW nicer_but_slower_film_list
AS
SELECT film.film_id AS FID, film.title AS title, film.description AS description, category.name AS category, film.rental_rate AS price,
	film.length AS length, film.rating AS rating, GROUP_CONCAT(CONCAT(CONCAT(UCASE(SUBSTR(actor.first_name,1,1)),
	LCASE(SUBSTR(actor.first_name,2,LENGTH(actor.first_name))),_utf8' ',CONCAT(UCASE(SUBSTR(actor.last_name,1,1)),
	LCASE(SUBSTR(actor.last_name,2,LENGTH(actor.last_name)))))) SEPARATOR ', ') AS actors
FROM category LEFT JOIN film_category ON category.category_id = film_category.category_id LEFT JOIN film ON film_category.film_id = film.film_id
        JOIN film_actor ON film.film_id = film_actor.film_id
	JOIN actor ON film_actor.actor_id = actor.actor_id
GROUP BY film.film_id, category.name;
CREATE VIEW staff_list
AS
SELECT s.staff_id AS ID, CONCAT(s.first_name, _utf8' ', s.last_name) AS name, a.address AS address, a.postal_code AS `zip code`, a.phone AS phone,
	city.city AS city, country.country AS country, s.store_id AS SID
FROM staff AS s JOIN address AS a ON s.address_id = a.address_id JOIN city ON a.city_id = city.city_id
	JOIN country ON city.country_id = country.country_id;
CREATE VIEW sales_by_store
AS
SELECT
CONCAT(c.city, _utf8',', cy.country) AS store
, CONCAT(m.first_name, _utf8' ', m.last_name) AS manager
, SUM(p.amount) AS total_sales
FROM payment AS p
INNER JOIN rental AS r ON p.rental_id = r.rental_id
INNER JOIN inventory AS i ON r.inventory_id = i.inventory_id
INNER JOIN store AS s ON i.store_id = s.store_id
INNER JOIN address AS a ON s.address_id = a.address_id
INNER JOIN city AS c ON a.city_id = c.city_id
INNER JOIN country AS cy ON c.country_id = cy.country_id
INNER JOIN staff AS m ON s.manager_staff_id = m.staff_id
GROUP BY s.store_id
ORDER BY cy.country, c.city;
CREATE VIEW sales_by_film_category
AS
SELECT
c.name AS category
, SUM(p.amount) AS total_sales
FROM payment AS p
INNER JOIN rental AS r ON p.rental_id = r.rental_id
INNER JOIN inventory AS i ON r.inventory_id = i.inventory_id
INNER JOIN film AS f ON i.film_id = f.film_id
INNER JOIN film_category AS fc ON f.film_id = fc.film_id
INNER JOIN category AS c ON fc.category_id = c.category_id
GROUP BY c.name
ORDER BY total_sales DESC;
CREATE DEFINER=CURRENT_USER SQL SECURITY INVOKER VIEW actor_info
AS
SELECT
a.actor_id,
a.first_name,
a.last_name,
GROUP_CONCAT(DISTINCT CONCAT(c.name, ': ',
		(SELECT GROUP_CONCAT(f.title ORDER BY f.title SEPARATOR ', ')
                    FROM sakila.film f
                    INNER JOIN sakila.film_category fc
                      ON f.film_id = fc.film_id
                    INNER JOIN sakila.film_actor fa
                      ON f.film_id = fa.film_id
                    WHERE fc.category_id = c.category_id
                    AND fa.actor_id = a.actor_id
                 )
             )
             ORDER BY c.name SEPARATOR '; ')
AS film_info
FROM sakila.actor a
LEFT JOIN sakila.film_actor fa
  ON a.actor_id = fa.actor_id
LEFT JOIN sakila.film_category fc
  ON fa.film_id = fc.film_id
LEFT JOIN sakila.category c
  ON fc.category_id = c.category_id
GROUP BY a.actor_id, a.first_name, a.last_name;
DELIMITER //
CREATE PROCEDURE rewards_report (
    IN min_monthly_purchases TINYINT UNSIGNED
    , IN min_dollar_amount_purchased DECIMAL(10,2) UNSIGNED
    , OUT count_rewardees INT
)
LANGUAGE SQL
NOT DETERMINISTIC
READS SQL DATA
SQL SECURITY DEFINER
COMMENT 'Provides a customizable report on best customers'
proc: BEGIN
    DECLARE last_month_start DATE;
    DECLARE last_month_end DATE;
    /* Some sanity checks... */
    IF min_monthly_purchases = 0 THEN
        SELECT 'Minimum monthly purchases parameter must be > 0';
        LEAVE proc;
    END IF;
    IF min_dollar_amount_purchased = 0.00 THEN
        SELECT 'Minimum monthly dollar amount purchased parameter must be > $0.00';
        LEAVE proc;
    END IF;
    /* Determine start and end time periods */
    SET last_month_start = DATE_SUB(CURRENT_DATE(), INTERVAL 1 MONTH);
    SET last_month_start = STR_TO_DATE(CONCAT(YEAR(last_month_start),'-',MONTH(last_month_start),'-01'),'%Y-%m-%d');
    SET last_month_end = LAST_DAY(last_month_start);
    /*
        Create a temporary storage area for
        Customer IDs.
    */
    CREATE TEMPORARY TABLE tmpCustomer (customer_id SMALLINT UNSIGNED NOT NULL PRIMARY KEY);
    /*
        Find all customers meeting the
        monthly purchase requirements
    */
    INSERT INTO tmpCustomer (customer_id)
    SELECT p.customer_id
    FROM payment AS p
    WHERE DATE(p.payment_date) BETWEEN last_month_start AND last_month_end
    GROUP BY customer_id
    HAVING SUM(p.amount) > min_dollar_amount_purchased
    AND COUNT(customer_id) > min_monthly_purchases;
    /* Populate OUT parameter with count of found customers */
    SELECT COUNT(*) FROM tmpCustomer INTO count_rewardees;
    /*
        Output ALL customer information of matching rewardees.
        Customize output as needed.
    */
    SELECT c.*
    FROM tmpCustomer AS t
    INNER JOIN customer AS c ON t.customer_id = c.customer_id;
    /* Clean up */
    DROP TABLE tmpCustomer;
END //
DELIMITER ;
DELIMITER $$
CREATE FUNCTION get_customer_balance(p_customer_id INT, p_effective_date DATETIME) RETURNS DECIMAL(5,2)
    DETERMINISTIC
    READS SQL DATA
BEGIN
       #OK, WE NEED TO CALCULATE THE CURRENT BALANCE GIVEN A CUSTOMER_ID AND A DATE
       #THAT WE WANT THE BALANCE TO BE EFFECTIVE FOR. THE BALANCE IS:
       #   1) RENTAL FEES FOR ALL PREVIOUS RENTALS
       #   2) ONE DOLLAR FOR EVERY DAY THE PREVIOUS RENTALS ARE OVERDUE
       #   3) IF A FILM IS MORE THAN RENTAL_DURATION * 2 OVERDUE, CHARGE THE REPLACEMENT_COST
       #   4) SUBTRACT ALL PAYMENTS MADE BEFORE THE DATE SPECIFIED
  DECLARE v_rentfees DECIMAL(5,2); #FEES PAID TO RENT THE VIDEOS INITIALLY
  DECLARE v_overfees INTEGER;      #LATE FEES FOR PRIOR RENTALS
  DECLARE v_payments DECIMAL(5,2); #SUM OF PAYMENTS MADE PREVIOUSLY
  SELECT IFNULL(SUM(film.rental_rate),0) INTO v_rentfees
    FROM film, inventory, rental
    WHERE film.film_id = inventory.film_id
      AND inventory.inventory_id = rental.inventory_id
      AND rental.rental_date <= p_effective_date
      AND rental.customer_id = p_customer_id;
  SELECT IFNULL(SUM(IF((TO_DAYS(rental.return_date) - TO_DAYS(rental.rental_date)) > film.rental_duration,
        ((TO_DAYS(rental.return_date) - TO_DAYS(rental.rental_date)) - film.rental_duration),0)),0) INTO v_overfees
    FROM rental, inventory, film
    WHERE film.film_id = inventory.film_id
      AND inventory.inventory_id = rental.inventory_id
      AND rental.rental_date <= p_effective_date
      AND rental.customer_id = p_customer_id;
  SELECT IFNULL(SUM(payment.amount),0) INTO v_payments
    FROM payment
    WHERE payment.payment_date <= p_effective_date
    AND payment.customer_id = p_customer_id;
  RETURN v_rentfees + v_overfees - v_payments;
END $$
DELIMITER ;
DELIMITER $$
CREATE PROCEDURE film_in_stock(IN p_film_id INT, IN p_store_id INT, OUT p_film_count INT)
READS SQL DATA
BEGIN
     SELECT inventory_id
     FROM inventory
     WHERE film_id = p_film_id
     AND store_id = p_store_id
     AND inventory_in_stock(inventory_id);
     SELECT FOUND_ROWS() INTO p_film_count;
END $$
DELIMITER ;
DELIMITER $$
CREATE PROCEDURE film_not_in_stock(IN p_film_id INT, IN p_store_id INT, OUT p_film_count INT)
READS SQL DATA
BEGIN
     SELECT inventory_id
     FROM inventory
     WHERE film_id = p_film_id
     AND store_id = p_store_id
     AND NOT inventory_in_stock(inventory_id);
     SELECT FOUND_ROWS() INTO p_film_count;
END $$
DELIMITER ;
DELIMITER $$
CREATE FUNCTION inventory_held_by_customer(p_inventory_id INT) RETURNS INT
READS SQL DATA
BEGIN
  DECLARE v_customer_id INT;
  DECLARE EXIT HANDLER FOR NOT FOUND RETURN NULL;
  SELECT customer_id INTO v_customer_id
  FROM rental
  WHERE return_date IS NULL
  AND inventory_id = p_inventory_id;
  RETURN v_customer_id;
END $$
DELIMITER ;
DELIMITER $$
CREATE FUNCTION inventory_in_stock(p_inventory_id INT) RETURNS BOOLEAN
READS SQL DATA
BEGIN
    DECLARE v_rentals INT;
    DECLARE v_out     INT;
    #AN ITEM IS IN-STOCK IF THERE ARE EITHER NO ROWS IN THE rental TABLE
    #FOR THE ITEM OR ALL ROWS HAVE return_date POPULATED
    SELECT COUNT(*) INTO v_rentals
    FROM rental
    WHERE inventory_id = p_inventory_id;
    IF v_rentals = 0 THEN
      RETURN TRUE;
    END IF;
    SELECT COUNT(rental_id) INTO v_out
    FROM inventory LEFT JOIN rental USING(inventory_id)
    WHERE inventory.inventory_id = p_inventory_id
    AND rental.return_date IS NULL;
    IF v_out > 0 THEN
      RETURN FALSE;
    ELSE
      RETURN TRUE;
    END IF;
END $$
DELIMITER ;
SET SQL_MODE=@OLD_SQL_MODE;
SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS;
SET UNIQUE_CHECKS=@OLD_UNIQUE_CHECKS;
SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0;
SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0;
SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='TRADITIONAL';
SET AUTOCOMMIT=0;
INSERT INTO actor VALUES
(1,'PENELOPE','GUINESS','2006-02-15 04:34:33'),
(2,'NICK','WAHLBERG','2006-02-15 04:34:33'),
(3,'ED','CHASE','2006-02-15 04:34:33'),
(4,'JENNIFER','DAVIS','2006-02-15 04:34:33'),
(5,'JOHNNY','LOLLOBRIGIDA','2006-02-15 04:34:33'),
(6,'BETTE','NICHOLSON','2006-02-15 04:34:33'),
(7,'GRACE','MOSTEL','2006-02-15 04:34:33'),
(8,'MATTHEW','JOHANSSON','2006-02-15 04:34:33'),
(9,'JOE','SWANK','2006-02-15 04:34:33'),
(10,'CHRISTIAN','GABLE','2006-02-15 04:34:33'),
(11,'ZERO','CAGE','2006-02-15 04:34:33'),
(12,'KARL','BERRY','2006-02-15 04:34:33'),
(13,'UMA','WOOD','2006-02-15 04:34:33'),
(14,'VIVIEN','BERGEN','2006-02-15 04:34:33'),
(15,'CUBA','OLIVIER','2006-02-15 04:34:33'),
(16,'FRED','COSTNER','2006-02-15 04:34:33'),
(17,'HELEN','VOIGHT','2006-02-15 04:34:33'),
(18,'DAN','TORN','2006-02-15 04:34:33'),
(19,'BOB','FAWCETT','2006-02-15 04:34:33'),
(20,'LUCILLE','TRACY','2006-02-15 04:34:33'),
(21,'KIRSTEN','PALTROW','2006-02-15 04:34:33'),
(22,'ELVIS','MARX','2006-02-15 04:34:33'),
(23,'SANDRA','KILMER','2006-02-15 04:34:33'),
(24,'CAMERON','STREEP','2006-02-15 04:34:33'),
(25,'KEVIN','BLOOM','2006-02-15 04:34:33'),
(26,'RIP','CRAWFORD','2006-02-15 04:34:33'),
(27,'JULIA','MCQUEEN','2006-02-15 04:34:33'),
(28,'WOODY','HOFFMAN','2006-02-15 04:34:33'),
(29,'ALEC','WAYNE','2006-02-15 04:34:33'),
(30,'SANDRA','PECK','2006-02-15 04:34:33');
COMMIT;
SET AUTOCOMMIT=0;
INSERT INTO address VALUES
(1,'47 MySakila Drive',NULL,'Alberta',300,'','',/*!50705 0x0000000001010000003E0A325D63345CC0761FDB8D99D94840,*/'2014-09-25 22:30:27'),
(2,'28 MySQL Boulevard',NULL,'QLD',576,'','',/*!50705 0x0000000001010000008E10D4DF812463404EE08C5022A23BC0,*/'2014-09-25 22:30:09'),
(3,'23 Workhaven Lane',NULL,'Alberta',300,'','14033335568',/*!50705 0x000000000101000000CDC4196863345CC01DEE7E7099D94840,*/'2014-09-25 22:30:27'),
(4,'1411 Lillydale Drive',NULL,'QLD',576,'','6172235589',/*!50705 0x0000000001010000005B0DE4341F26634042D6AE6422A23BC0,*/'2014-09-25 22:30:09'),
(5,'1913 Hanoi Way','','Nagasaki',463,'35200','28303384290',/*!50705 0x00000000010100000028D1370E21376040ABB58BC45F944040,*/'2014-09-25 22:31:53'),
(6,'1121 Loja Avenue','','California',449,'17886','838635286649',/*!50705 0x0000000001010000003C94579D8B525DC0E860472DDE0D4140,*/'2014-09-25 22:34:01'),
(7,'692 Joliet Street','','Attika',38,'83579','448477190408',/*!50705 0x000000000101000000076F59CF5AB737404105D1A45EFD4240,*/'2014-09-25 22:31:07'),
(8,'1566 Inegl Manor','','Mandalay',349,'53561','705814003527',/*!50705 0x00000000010100000006240626DCD857403C45B357C4753540,*/'2014-09-25 22:32:18'),
(9,'53 Idfu Parkway','','Nantou',361,'42399','10655648674',/*!50705 0x0000000001010000001F813FFC7C2A5E40357A354069EA3740,*/'2014-09-25 22:33:16'),
(10,'1795 Santiago de Compostela Way','','Texas',295,'18743','860452626434',/*!50705 0x00000000010100000050502F9D7BE058C0D0CF7932A4813B40,*/'2014-09-25 22:33:55'),
(11,'900 Santiago de Compostela Parkway','','Central Serbia',280,'93896','716571220373',/*!50705 0x00000000010100000000000000000000000000000000000000,*/'2014-09-25 22:34:11'),
(12,'478 Joliet Way','','Hamilton',200,'77948','657282285970',/*!50705 0x000000000101000000DC84D61E11E9654072B7353344E442C0,*/'2014-09-25 22:32:22'),
(13,'613 Korolev Drive','','Masqat',329,'45844','380657522649',/*!50705 0x00000000010100000001023164D04B4D40CEAC003A279D3740,*/'2014-09-25 22:32:29'),
(14,'1531 Sal Drive','','Esfahan',162,'53628','648856936185',/*!50705 0x000000000101000000DE0951195AD64940635A400D84534040,*/'2014-09-25 22:31:36'),
(15,'1542 Tarlac Parkway','','Kanagawa',440,'1027','635297277345',/*!50705 0x000000000101000000B4CDE8A27C6B61406B7D361724C74140,*/'2014-09-25 22:31:53'),
(16,'808 Bhopal Manor','','Haryana',582,'10672','465887807014',/*!50705 0x00000000010100000000000000000000000000000000000000,*/'2014-09-25 22:31:30'),
(17,'270 Amroha Parkway','','Osmaniye',384,'29610','695479687538',/*!50705 0x0000000001010000001F436C55B71F4240A11408967E894240,*/'2014-09-25 22:33:27'),
(18,'770 Bydgoszcz Avenue','','California',120,'16266','517338314235',/*!50705 0x0000000001010000006D63A2F7FC515EC04C040539835A4340,*/'2014-09-25 22:33:47'),
(19,'419 Iligan Lane','','Madhya Pradesh',76,'72878','990911107354',/*!50705 0x000000000101000000B7B01303C9595340E6F10FB633413740,*/'2014-09-25 22:31:13'),
(20,'360 Toulouse Parkway','','England',495,'54308','949312333307',/*!50705 0x000000000101000000860FDBCCD7DBE63FFDCFAB4BD7C44940,*/'2014-09-25 22:33:40'),
(21,'270 Toulon Boulevard','','Kalmykia',156,'81766','407752414682',/*!50705 0x000000000101000000FD0BA947BF204640316D495865274740,*/'2014-09-25 22:32:48'),
(22,'320 Brest Avenue','','Kaduna',252,'43331','747791594069',/*!50705 0x0000000001010000006D3425FECDC01D40623FD532630B2540,*/'2014-09-25 22:32:25'),
(23,'1417 Lancaster Avenue','','Northern Cape',267,'72192','272572357893',/*!50705 0x000000000101000000FEE8E5C127C338404DED56E075BB3CC0,*/'2014-09-25 22:33:03'),
(24,'1688 Okara Way','','Nothwest Border Prov',327,'21954','144453869132',/*!50705 0x00000000010100000000000000000000000000000000000000,*/'2014-09-25 22:32:30'),
(25,'262 A Corua (La Corua) Parkway','','Dhaka',525,'34418','892775750063',/*!50705 0x000000000101000000F13790E4A87A5640E7F6370DF63F3840,*/'2014-09-25 22:30:12'),
(26,'28 Charlotte Amalie Street','','Rabat-Sal-Zammour-Z',443,'37551','161968374323',/*!50705 0x00000000010100000000000000000000000000000000000000,*/'2014-09-25 22:32:16'),
(27,'1780 Hino Boulevard','','Liepaja',303,'7716','902731229323',/*!50705 0x000000000101000000360F1604450435403CA3AD4A22424C40,*/'2014-09-25 22:31:58'),
(28,'96 Tafuna Way','','Crdoba',128,'99865','934730187245',/*!50705 0x00000000010100000000000000000000000000000000000000,*/'2014-09-25 22:30:05'),
(29,'934 San Felipe de Puerto Plata Street','','Sind',472,'99780','196495945706',/*!50705 0x0000000001010000008E6B8D52D3285140D58E876302F53B40,*/'2014-09-25 22:32:31'),
(30,'18 Duisburg Boulevard','','',121,'58327','998009777982',/*!50705 0x00000000010100000000000000000000000000000000000000,*/'2014-09-25 22:31:08'),
(31,'217 Botshabelo Place','','Southern Mindanao',138,'49521','665356572025',/*!50705 0x00000000010100000000000000000000000000000000000000,*/'2014-09-25 22:32:36'),
(32,'1425 Shikarpur Manor','','Bihar',346,'65599','678220867005',/*!50705 0x0000000001010000007F9F16284E9E55408201840F25603940,*/'2014-09-25 22:31:20'),
(33,'786 Aurora Avenue','','Yamaguchi',474,'65750','18461860151',/*!50705 0x000000000101000000E712584AA05E6040D15735ADB9FA4040,*/'2014-09-25 22:31:53'),
(34,'1668 Anpolis Street','','Taipei',316,'50199','525255540978',/*!50705 0x00000000010100000000000000000000000000000000000000,*/'2014-09-25 22:33:15'),
(35,'33 Gorontalo Way','','West Bengali',257,'30348','745994947458',/*!50705 0x0000000001010000001A828879FB17564061585936CEAB3640,*/'2014-09-25 22:31:18'),
(36,'176 Mandaluyong Place','','Uttar Pradesh',239,'65213','627705991774',/*!50705 0x00000000010100000073309B0043A553409E3AA0B657743940,*/'2014-09-25 22:31:17'),
(37,'127 Purnea (Purnia) Manor','','Piemonte',17,'79388','911872220378',/*!50705 0x0000000001010000002A2B97D75B382140F2892B1D62744640,*/'2014-09-25 22:31:42'),
(38,'61 Tama Street','','Okayama',284,'94065','708403338270',/*!50705 0x0000000001010000001F7013A488B86040670696C8AA4A4140,*/'2014-09-25 22:31:49'),
(39,'391 Callao Drive','','Midi-Pyrnes',544,'34021','440512153169',/*!50705 0x00000000010100000000000000000000000000000000000000,*/'2014-09-25 22:31:01'),
(40,'334 Munger (Monghyr) Lane','','Markazi',31,'38145','481183273622',/*!50705 0x000000000101000000737275B636D848404B958334BE0B4140,*/'2014-09-25 22:31:36');
COMMIT;
SET AUTOCOMMIT=0;
INSERT INTO category VALUES
(1,'Action','2006-02-15 04:46:27'),
(2,'Animation','2006-02-15 04:46:27'),
(3,'Children','2006-02-15 04:46:27'),
(4,'Classics','2006-02-15 04:46:27'),
(5,'Comedy','2006-02-15 04:46:27'),
(6,'Documentary','2006-02-15 04:46:27'),
(7,'Drama','2006-02-15 04:46:27'),
(8,'Family','2006-02-15 04:46:27'),
(9,'Foreign','2006-02-15 04:46:27'),
(10,'Games','2006-02-15 04:46:27'),
(11,'Horror','2006-02-15 04:46:27'),
(12,'Music','2006-02-15 04:46:27'),
(13,'New','2006-02-15 04:46:27'),
(14,'Sci-Fi','2006-02-15 04:46:27'),
(15,'Sports','2006-02-15 04:46:27'),
(16,'Travel','2006-02-15 04:46:27');
COMMIT;
SET AUTOCOMMIT=0;
INSERT INTO city VALUES
(1,'A Corua (La Corua)',87,'2006-02-15 04:45:25'),
(2,'Abha',82,'2006-02-15 04:45:25'),
(3,'Abu Dhabi',101,'2006-02-15 04:45:25'),
(4,'Acua',60,'2006-02-15 04:45:25'),
(5,'Adana',97,'2006-02-15 04:45:25'),
(6,'Addis Abeba',31,'2006-02-15 04:45:25'),
(7,'Aden',107,'2006-02-15 04:45:25'),
(8,'Adoni',44,'2006-02-15 04:45:25'),
(9,'Ahmadnagar',44,'2006-02-15 04:45:25'),
(10,'Akishima',50,'2006-02-15 04:45:25'),
(11,'Akron',103,'2006-02-15 04:45:25'),
(12,'al-Ayn',101,'2006-02-15 04:45:25'),
(13,'al-Hawiya',82,'2006-02-15 04:45:25'),
(14,'al-Manama',11,'2006-02-15 04:45:25'),
(15,'al-Qadarif',89,'2006-02-15 04:45:25'),
(16,'al-Qatif',82,'2006-02-15 04:45:25'),
(17,'Alessandria',49,'2006-02-15 04:45:25'),
(18,'Allappuzha (Alleppey)',44,'2006-02-15 04:45:25'),
(19,'Allende',60,'2006-02-15 04:45:25'),
(20,'Almirante Brown',6,'2006-02-15 04:45:25'),
(21,'Alvorada',15,'2006-02-15 04:45:25'),
(22,'Ambattur',44,'2006-02-15 04:45:25'),
(23,'Amersfoort',67,'2006-02-15 04:45:25'),
(24,'Amroha',44,'2006-02-15 04:45:25'),
(25,'Angra dos Reis',15,'2006-02-15 04:45:25'),
(26,'Anpolis',15,'2006-02-15 04:45:25'),
(27,'Antofagasta',22,'2006-02-15 04:45:25'),
(28,'Aparecida de Goinia',15,'2006-02-15 04:45:25'),
(29,'Apeldoorn',67,'2006-02-15 04:45:25'),
(30,'Araatuba',15,'2006-02-15 04:45:25'),
(31,'Arak',46,'2006-02-15 04:45:25'),
(32,'Arecibo',77,'2006-02-15 04:45:25'),
(33,'Arlington',103,'2006-02-15 04:45:25'),
(34,'Ashdod',48,'2006-02-15 04:45:25'),
(35,'Ashgabat',98,'2006-02-15 04:45:25'),
(36,'Ashqelon',48,'2006-02-15 04:45:25'),
(37,'Asuncin',73,'2006-02-15 04:45:25'),
(38,'Athenai',39,'2006-02-15 04:45:25'),
(39,'Atinsk',80,'2006-02-15 04:45:25'),
(40,'Atlixco',60,'2006-02-15 04:45:25'),
(41,'Augusta-Richmond County',103,'2006-02-15 04:45:25'),
(42,'Aurora',103,'2006-02-15 04:45:25'),
(43,'Avellaneda',6,'2006-02-15 04:45:25'),
(44,'Bag',15,'2006-02-15 04:45:25'),
(45,'Baha Blanca',6,'2006-02-15 04:45:25'),
(46,'Baicheng',23,'2006-02-15 04:45:25'),
(47,'Baiyin',23,'2006-02-15 04:45:25'),
(48,'Baku',10,'2006-02-15 04:45:25'),
(49,'Balaiha',80,'2006-02-15 04:45:25'),
(50,'Balikesir',97,'2006-02-15 04:45:25'),
(51,'Balurghat',44,'2006-02-15 04:45:25'),
(52,'Bamenda',19,'2006-02-15 04:45:25'),
(53,'Bandar Seri Begawan',16,'2006-02-15 04:45:25'),
(54,'Banjul',37,'2006-02-15 04:45:25'),
(55,'Barcelona',104,'2006-02-15 04:45:25'),
(56,'Basel',91,'2006-02-15 04:45:25'),
(57,'Bat Yam',48,'2006-02-15 04:45:25'),
(58,'Batman',97,'2006-02-15 04:45:25'),
(59,'Batna',2,'2006-02-15 04:45:25'),
(60,'Battambang',18,'2006-02-15 04:45:25');
COMMIT;
SET AUTOCOMMIT=0;
INSERT INTO country VALUES
(1,'Afghanistan','2006-02-15 04:44:00'),
(2,'Algeria','2006-02-15 04:44:00'),
(3,'American Samoa','2006-02-15 04:44:00'),
(4,'Angola','2006-02-15 04:44:00'),
(5,'Anguilla','2006-02-15 04:44:00'),
(6,'Argentina','2006-02-15 04:44:00'),
(7,'Armenia','2006-02-15 04:44:00'),
(8,'Australia','2006-02-15 04:44:00'),
(9,'Austria','2006-02-15 04:44:00'),
(10,'Azerbaijan','2006-02-15 04:44:00'),
(11,'Bahrain','2006-02-15 04:44:00'),
(12,'Bangladesh','2006-02-15 04:44:00'),
(13,'Belarus','2006-02-15 04:44:00'),
(14,'Bolivia','2006-02-15 04:44:00'),
(15,'Brazil','2006-02-15 04:44:00'),
(16,'Brunei','2006-02-15 04:44:00'),
(17,'Bulgaria','2006-02-15 04:44:00'),
(18,'Cambodia','2006-02-15 04:44:00'),
(19,'Cameroon','2006-02-15 04:44:00'),
(20,'Canada','2006-02-15 04:44:00'),
(21,'Chad','2006-02-15 04:44:00'),
(22,'Chile','2006-02-15 04:44:00'),
(23,'China','2006-02-15 04:44:00'),
(24,'Colombia','2006-02-15 04:44:00'),
(25,'Congo, The Democratic Republic of the','2006-02-15 04:44:00'),
(26,'Czech Republic','2006-02-15 04:44:00'),
(27,'Dominican Republic','2006-02-15 04:44:00'),
(28,'Ecuador','2006-02-15 04:44:00'),
(29,'Egypt','2006-02-15 04:44:00'),
(30,'Estonia','2006-02-15 04:44:00'),
(31,'Ethiopia','2006-02-15 04:44:00'),
(32,'Faroe Islands','2006-02-15 04:44:00'),
(33,'Finland','2006-02-15 04:44:00'),
(34,'France','2006-02-15 04:44:00'),
(35,'French Guiana','2006-02-15 04:44:00'),
(36,'French Polynesia','2006-02-15 04:44:00'),
(37,'Gambia','2006-02-15 04:44:00'),
(38,'Germany','2006-02-15 04:44:00'),
(39,'Greece','2006-02-15 04:44:00'),
(40,'Greenland','2006-02-15 04:44:00');
COMMIT;
SET AUTOCOMMIT=0;
INSERT INTO customer VALUES
(1,1,'MARY','SMITH','MARY.SMITH@sakilacustomer.org',5,1,'2006-02-14 22:04:36','2006-02-15 04:57:20'),
(2,1,'PATRICIA','JOHNSON','PATRICIA.JOHNSON@sakilacustomer.org',6,1,'2006-02-14 22:04:36','2006-02-15 04:57:20'),
(3,1,'LINDA','WILLIAMS','LINDA.WILLIAMS@sakilacustomer.org',7,1,'2006-02-14 22:04:36','2006-02-15 04:57:20'),
(4,2,'BARBARA','JONES','BARBARA.JONES@sakilacustomer.org',8,1,'2006-02-14 22:04:36','2006-02-15 04:57:20'),
(5,1,'ELIZABETH','BROWN','ELIZABETH.BROWN@sakilacustomer.org',9,1,'2006-02-14 22:04:36','2006-02-15 04:57:20'),
(6,2,'JENNIFER','DAVIS','JENNIFER.DAVIS@sakilacustomer.org',10,1,'2006-02-14 22:04:36','2006-02-15 04:57:20'),
(7,1,'MARIA','MILLER','MARIA.MILLER@sakilacustomer.org',11,1,'2006-02-14 22:04:36','2006-02-15 04:57:20'),
(8,2,'SUSAN','WILSON','SUSAN.WILSON@sakilacustomer.org',12,1,'2006-02-14 22:04:36','2006-02-15 04:57:20'),
(9,2,'MARGARET','MOORE','MARGARET.MOORE@sakilacustomer.org',13,1,'2006-02-14 22:04:36','2006-02-15 04:57:20'),
(10,1,'DOROTHY','TAYLOR','DOROTHY.TAYLOR@sakilacustomer.org',14,1,'2006-02-14 22:04:36','2006-02-15 04:57:20'),
(11,2,'LISA','ANDERSON','LISA.ANDERSON@sakilacustomer.org',15,1,'2006-02-14 22:04:36','2006-02-15 04:57:20'),
(12,1,'NANCY','THOMAS','NANCY.THOMAS@sakilacustomer.org',16,1,'2006-02-14 22:04:36','2006-02-15 04:57:20'),
(13,2,'KAREN','JACKSON','KAREN.JACKSON@sakilacustomer.org',17,1,'2006-02-14 22:04:36','2006-02-15 04:57:20'),
(14,2,'BETTY','WHITE','BETTY.WHITE@sakilacustomer.org',18,1,'2006-02-14 22:04:36','2006-02-15 04:57:20'),
(15,1,'HELEN','HARRIS','HELEN.HARRIS@sakilacustomer.org',19,1,'2006-02-14 22:04:36','2006-02-15 04:57:20'),
(16,2,'SANDRA','MARTIN','SANDRA.MARTIN@sakilacustomer.org',20,0,'2006-02-14 22:04:36','2006-02-15 04:57:20'),
(17,1,'DONNA','THOMPSON','DONNA.THOMPSON@sakilacustomer.org',21,1,'2006-02-14 22:04:36','2006-02-15 04:57:20'),
(18,2,'CAROL','GARCIA','CAROL.GARCIA@sakilacustomer.org',22,1,'2006-02-14 22:04:36','2006-02-15 04:57:20'),
(19,1,'RUTH','MARTINEZ','RUTH.MARTINEZ@sakilacustomer.org',23,1,'2006-02-14 22:04:36','2006-02-15 04:57:20'),
(20,2,'SHARON','ROBINSON','SHARON.ROBINSON@sakilacustomer.org',24,1,'2006-02-14 22:04:36','2006-02-15 04:57:20'),
(21,1,'MICHELLE','CLARK','MICHELLE.CLARK@sakilacustomer.org',25,1,'2006-02-14 22:04:36','2006-02-15 04:57:20'),
(22,1,'LAURA','RODRIGUEZ','LAURA.RODRIGUEZ@sakilacustomer.org',26,1,'2006-02-14 22:04:36','2006-02-15 04:57:20'),
(23,2,'SARAH','LEWIS','SARAH.LEWIS@sakilacustomer.org',27,1,'2006-02-14 22:04:36','2006-02-15 04:57:20'),
(24,2,'KIMBERLY','LEE','KIMBERLY.LEE@sakilacustomer.org',28,1,'2006-02-14 22:04:36','2006-02-15 04:57:20'),
(25,1,'DEBORAH','WALKER','DEBORAH.WALKER@sakilacustomer.org',29,1,'2006-02-14 22:04:36','2006-02-15 04:57:20'),
(26,2,'JESSICA','HALL','JESSICA.HALL@sakilacustomer.org',30,1,'2006-02-14 22:04:36','2006-02-15 04:57:20'),
(27,2,'SHIRLEY','ALLEN','SHIRLEY.ALLEN@sakilacustomer.org',31,1,'2006-02-14 22:04:36','2006-02-15 04:57:20'),
(28,1,'CYNTHIA','YOUNG','CYNTHIA.YOUNG@sakilacustomer.org',32,1,'2006-02-14 22:04:36','2006-02-15 04:57:20'),
(29,2,'ANGELA','HERNANDEZ','ANGELA.HERNANDEZ@sakilacustomer.org',33,1,'2006-02-14 22:04:36','2006-02-15 04:57:20'),
(30,1,'MELISSA','KING','MELISSA.KING@sakilacustomer.org',34,1,'2006-02-14 22:04:36','2006-02-15 04:57:20'),
(31,2,'BRENDA','WRIGHT','BRENDA.WRIGHT@sakilacustomer.org',35,1,'2006-02-14 22:04:36','2006-02-15 04:57:20'),
(32,1,'AMY','LOPEZ','AMY.LOPEZ@sakilacustomer.org',36,1,'2006-02-14 22:04:36','2006-02-15 04:57:20'),
(33,2,'ANNA','HILL','ANNA.HILL@sakilacustomer.org',37,1,'2006-02-14 22:04:36','2006-02-15 04:57:20'),
(34,2,'REBECCA','SCOTT','REBECCA.SCOTT@sakilacustomer.org',38,1,'2006-02-14 22:04:36','2006-02-15 04:57:20'),
(35,2,'VIRGINIA','GREEN','VIRGINIA.GREEN@sakilacustomer.org',39,1,'2006-02-14 22:04:36','2006-02-15 04:57:20'),
(36,2,'KATHLEEN','ADAMS','KATHLEEN.ADAMS@sakilacustomer.org',40,1,'2006-02-14 22:04:36','2006-02-15 04:57:20'),
(37,1,'PAMELA','BAKER','PAMELA.BAKER@sakilacustomer.org',41,1,'2006-02-14 22:04:36','2006-02-15 04:57:20'),
(38,1,'MARTHA','GONZALEZ','MARTHA.GONZALEZ@sakilacustomer.org',42,1,'2006-02-14 22:04:36','2006-02-15 04:57:20'),
(39,1,'DEBRA','NELSON','DEBRA.NELSON@sakilacustomer.org',43,1,'2006-02-14 22:04:36','2006-02-15 04:57:20'),
(40,2,'AMANDA','CARTER','AMANDA.CARTER@sakilacustomer.org',44,1,'2006-02-14 22:04:36','2006-02-15 04:57:20');
COMMIT;
CREATE TRIGGER customer_create_date BEFORE INSERT ON customer
	FOR EACH ROW SET NEW.create_date = NOW();
SET AUTOCOMMIT=0;
INSERT INTO film VALUES
(1,'ACADEMY DINOSAUR','A Epic Drama of a Feminist And a Mad Scientist who must Battle a Teacher in The Canadian Rockies',2006,1,NULL,6,'0.99',86,'20.99','PG','Deleted Scenes,Behind the Scenes','2006-02-15 05:03:42'),
(2,'ACE GOLDFINGER','A Astounding Epistle of a Database Administrator And a Explorer who must Find a Car in Ancient China',2006,1,NULL,3,'4.99',48,'12.99','G','Trailers,Deleted Scenes','2006-02-15 05:03:42'),
(3,'ADAPTATION HOLES','A Astounding Reflection of a Lumberjack And a Car who must Sink a Lumberjack in A Baloon Factory',2006,1,NULL,7,'2.99',50,'18.99','NC-17','Trailers,Deleted Scenes','2006-02-15 05:03:42'),
(4,'AFFAIR PREJUDICE','A Fanciful Documentary of a Frisbee And a Lumberjack who must Chase a Monkey in A Shark Tank',2006,1,NULL,5,'2.99',117,'26.99','G','Commentaries,Behind the Scenes','2006-02-15 05:03:42'),
(5,'AFRICAN EGG','A Fast-Paced Documentary of a Pastry Chef And a Dentist who must Pursue a Forensic Psychologist in The Gulf of Mexico',2006,1,NULL,6,'2.99',130,'22.99','G','Deleted Scenes','2006-02-15 05:03:42'),
(6,'AGENT TRUMAN','A Intrepid Panorama of a Robot And a Boy who must Escape a Sumo Wrestler in Ancient China',2006,1,NULL,3,'2.99',169,'17.99','PG','Deleted Scenes','2006-02-15 05:03:42'),
(7,'AIRPLANE SIERRA','A Touching Saga of a Hunter And a Butler who must Discover a Butler in A Jet Boat',2006,1,NULL,6,'4.99',62,'28.99','PG-13','Trailers,Deleted Scenes','2006-02-15 05:03:42'),
(8,'AIRPORT POLLOCK','A Epic Tale of a Moose And a Girl who must Confront a Monkey in Ancient India',2006,1,NULL,6,'4.99',54,'15.99','R','Trailers','2006-02-15 05:03:42'),
(9,'ALABAMA DEVIL','A Thoughtful Panorama of a Database Administrator And a Mad Scientist who must Outgun a Mad Scientist in A Jet Boat',2006,1,NULL,3,'2.99',114,'21.99','PG-13','Trailers,Deleted Scenes','2006-02-15 05:03:42'),
(10,'ALADDIN CALENDAR','A Action-Packed Tale of a Man And a Lumberjack who must Reach a Feminist in Ancient China',2006,1,NULL,6,'4.99',63,'24.99','NC-17','Trailers,Deleted Scenes','2006-02-15 05:03:42'),
(11,'ALAMO VIDEOTAPE','A Boring Epistle of a Butler And a Cat who must Fight a Pastry Chef in A MySQL Convention',2006,1,NULL,6,'0.99',126,'16.99','G','Commentaries,Behind the Scenes','2006-02-15 05:03:42'),
(12,'ALASKA PHANTOM','A Fanciful Saga of a Hunter And a Pastry Chef who must Vanquish a Boy in Australia',2006,1,NULL,6,'0.99',136,'22.99','PG','Commentaries,Deleted Scenes','2006-02-15 05:03:42'),
(13,'ALI FOREVER','A Action-Packed Drama of a Dentist And a Crocodile who must Battle a Feminist in The Canadian Rockies',2006,1,NULL,4,'4.99',150,'21.99','PG','Deleted Scenes,Behind the Scenes','2006-02-15 05:03:42'),
(14,'ALICE FANTASIA','A Emotional Drama of a A Shark And a Database Administrator who must Vanquish a Pioneer in Soviet Georgia',2006,1,NULL,6,'0.99',94,'23.99','NC-17','Trailers,Deleted Scenes,Behind the Scenes','2006-02-15 05:03:42'),
(15,'ALIEN CENTER','A Brilliant Drama of a Cat And a Mad Scientist who must Battle a Feminist in A MySQL Convention',2006,1,NULL,5,'2.99',46,'10.99','NC-17','Trailers,Commentaries,Behind the Scenes','2006-02-15 05:03:42'),
(16,'ALLEY EVOLUTION','A Fast-Paced Drama of a Robot And a Composer who must Battle a Astronaut in New Orleans',2006,1,NULL,6,'2.99',180,'23.99','NC-17','Trailers,Commentaries','2006-02-15 05:03:42'),
(17,'ALONE TRIP','A Fast-Paced Character Study of a Composer And a Dog who must Outgun a Boat in An Abandoned Fun House',2006,1,NULL,3,'0.99',82,'14.99','R','Trailers,Behind the Scenes','2006-02-15 05:03:42'),
(18,'ALTER VICTORY','A Thoughtful Drama of a Composer And a Feminist who must Meet a Secret Agent in The Canadian Rockies',2006,1,NULL,6,'0.99',57,'27.99','PG-13','Trailers,Behind the Scenes','2006-02-15 05:03:42'),
(19,'AMADEUS HOLY','A Emotional Display of a Pioneer And a Technical Writer who must Battle a Man in A Baloon',2006,1,NULL,6,'0.99',113,'20.99','PG','Commentaries,Deleted Scenes,Behind the Scenes','2006-02-15 05:03:42'),
(20,'AMELIE HELLFIGHTERS','A Boring Drama of a Woman And a Squirrel who must Conquer a Student in A Baloon',2006,1,NULL,4,'4.99',79,'23.99','R','Commentaries,Deleted Scenes,Behind the Scenes','2006-02-15 05:03:42'),
(21,'AMERICAN CIRCUS','A Insightful Drama of a Girl And a Astronaut who must Face a Database Administrator in A Shark Tank',2006,1,NULL,3,'4.99',129,'17.99','R','Commentaries,Behind the Scenes','2006-02-15 05:03:42'),
(22,'AMISTAD MIDSUMMER','A Emotional Character Study of a Dentist And a Crocodile who must Meet a Sumo Wrestler in California',2006,1,NULL,6,'2.99',85,'10.99','G','Commentaries,Behind the Scenes','2006-02-15 05:03:42'),
(23,'ANACONDA CONFESSIONS','A Lacklusture Display of a Dentist And a Dentist who must Fight a Girl in Australia',2006,1,NULL,3,'0.99',92,'9.99','R','Trailers,Deleted Scenes','2006-02-15 05:03:42'),
(24,'ANALYZE HOOSIERS','A Thoughtful Display of a Explorer And a Pastry Chef who must Overcome a Feminist in The Sahara Desert',2006,1,NULL,6,'2.99',181,'19.99','R','Trailers,Behind the Scenes','2006-02-15 05:03:42'),
(25,'ANGELS LIFE','A Thoughtful Display of a Woman And a Astronaut who must Battle a Robot in Berlin',2006,1,NULL,3,'2.99',74,'15.99','G','Trailers','2006-02-15 05:03:42'),
(26,'ANNIE IDENTITY','A Amazing Panorama of a Pastry Chef And a Boat who must Escape a Woman in An Abandoned Amusement Park',2006,1,NULL,3,'0.99',86,'15.99','G','Commentaries,Deleted Scenes','2006-02-15 05:03:42'),
(27,'ANONYMOUS HUMAN','A Amazing Reflection of a Database Administrator And a Astronaut who must Outrace a Database Administrator in A Shark Tank',2006,1,NULL,7,'0.99',179,'12.99','NC-17','Deleted Scenes,Behind the Scenes','2006-02-15 05:03:42'),
(28,'ANTHEM LUKE','A Touching Panorama of a Waitress And a Woman who must Outrace a Dog in An Abandoned Amusement Park',2006,1,NULL,5,'4.99',91,'16.99','PG-13','Deleted Scenes,Behind the Scenes','2006-02-15 05:03:42'),
(29,'ANTITRUST TOMATOES','A Fateful Yarn of a Womanizer And a Feminist who must Succumb a Database Administrator in Ancient India',2006,1,NULL,5,'2.99',168,'11.99','NC-17','Trailers,Commentaries,Deleted Scenes','2006-02-15 05:03:42'),
(30,'ANYTHING SAVANNAH','A Epic Story of a Pastry Chef And a Woman who must Chase a Feminist in An Abandoned Fun House',2006,1,NULL,4,'2.99',82,'27.99','R','Trailers,Deleted Scenes,Behind the Scenes','2006-02-15 05:03:42');
COMMIT;
SET AUTOCOMMIT=0;
INSERT INTO film_actor VALUES
(1,1,'2006-02-15 05:05:03'),
(1,23,'2006-02-15 05:05:03'),
(1,25,'2006-02-15 05:05:03'),
(1,106,'2006-02-15 05:05:03'),
(1,140,'2006-02-15 05:05:03'),
(1,166,'2006-02-15 05:05:03'),
(1,277,'2006-02-15 05:05:03'),
(1,361,'2006-02-15 05:05:03'),
(1,438,'2006-02-15 05:05:03'),
(1,499,'2006-02-15 05:05:03'),
(1,506,'2006-02-15 05:05:03'),
(1,509,'2006-02-15 05:05:03'),
(1,605,'2006-02-15 05:05:03'),
(1,635,'2006-02-15 05:05:03'),
(1,749,'2006-02-15 05:05:03'),
(1,832,'2006-02-15 05:05:03'),
(1,939,'2006-02-15 05:05:03'),
(1,970,'2006-02-15 05:05:03'),
(1,980,'2006-02-15 05:05:03'),
(2,3,'2006-02-15 05:05:03'),
(2,31,'2006-02-15 05:05:03'),
(2,47,'2006-02-15 05:05:03'),
(2,105,'2006-02-15 05:05:03'),
(2,132,'2006-02-15 05:05:03'),
(2,145,'2006-02-15 05:05:03'),
(2,226,'2006-02-15 05:05:03'),
(2,249,'2006-02-15 05:05:03'),
(2,314,'2006-02-15 05:05:03'),
(2,321,'2006-02-15 05:05:03'),
(2,357,'2006-02-15 05:05:03'),
(2,369,'2006-02-15 05:05:03'),
(2,399,'2006-02-15 05:05:03'),
(2,458,'2006-02-15 05:05:03'),
(2,481,'2006-02-15 05:05:03'),
(2,485,'2006-02-15 05:05:03'),
(2,518,'2006-02-15 05:05:03'),
(2,540,'2006-02-15 05:05:03'),
(2,550,'2006-02-15 05:05:03'),
(2,555,'2006-02-15 05:05:03'),
(2,561,'2006-02-15 05:05:03'),
(2,742,'2006-02-15 05:05:03'),
(2,754,'2006-02-15 05:05:03'),
(2,811,'2006-02-15 05:05:03'),
(2,958,'2006-02-15 05:05:03'),
(3,17,'2006-02-15 05:05:03'),
(3,40,'2006-02-15 05:05:03'),
(3,42,'2006-02-15 05:05:03'),
(3,87,'2006-02-15 05:05:03'),
(3,111,'2006-02-15 05:05:03'),
(3,185,'2006-02-15 05:05:03'),
(3,289,'2006-02-15 05:05:03'),
(3,329,'2006-02-15 05:05:03'),
(3,336,'2006-02-15 05:05:03'),
(3,341,'2006-02-15 05:05:03'),
(3,393,'2006-02-15 05:05:03'),
(3,441,'2006-02-15 05:05:03'),
(3,453,'2006-02-15 05:05:03'),
(3,480,'2006-02-15 05:05:03'),
(3,539,'2006-02-15 05:05:03'),
(3,618,'2006-02-15 05:05:03');
COMMIT;
SET AUTOCOMMIT=0;
INSERT INTO film_category VALUES
(1,6,'2006-02-15 05:07:09'),
(2,11,'2006-02-15 05:07:09'),
(3,6,'2006-02-15 05:07:09'),
(4,11,'2006-02-15 05:07:09'),
(5,8,'2006-02-15 05:07:09'),
(6,9,'2006-02-15 05:07:09'),
(7,5,'2006-02-15 05:07:09'),
(8,11,'2006-02-15 05:07:09'),
(9,11,'2006-02-15 05:07:09'),
(10,15,'2006-02-15 05:07:09'),
(11,9,'2006-02-15 05:07:09'),
(12,12,'2006-02-15 05:07:09'),
(13,11,'2006-02-15 05:07:09'),
(14,4,'2006-02-15 05:07:09'),
(15,9,'2006-02-15 05:07:09'),
(16,9,'2006-02-15 05:07:09'),
(17,12,'2006-02-15 05:07:09'),
(18,2,'2006-02-15 05:07:09'),
(19,1,'2006-02-15 05:07:09'),
(20,12,'2006-02-15 05:07:09'),
(21,1,'2006-02-15 05:07:09'),
(22,13,'2006-02-15 05:07:09'),
(23,2,'2006-02-15 05:07:09'),
(24,11,'2006-02-15 05:07:09'),
(25,13,'2006-02-15 05:07:09'),
(26,14,'2006-02-15 05:07:09'),
(27,15,'2006-02-15 05:07:09'),
(28,5,'2006-02-15 05:07:09'),
(29,1,'2006-02-15 05:07:09'),
(30,11,'2006-02-15 05:07:09');
COMMIT;
SET AUTOCOMMIT=0;
INSERT INTO inventory VALUES
(1,1,1,'2006-02-15 05:09:17'),
(2,1,1,'2006-02-15 05:09:17'),
(3,1,1,'2006-02-15 05:09:17'),
(4,1,1,'2006-02-15 05:09:17'),
(5,1,2,'2006-02-15 05:09:17'),
(6,1,2,'2006-02-15 05:09:17'),
(7,1,2,'2006-02-15 05:09:17'),
(8,1,2,'2006-02-15 05:09:17'),
(9,2,2,'2006-02-15 05:09:17'),
(10,2,2,'2006-02-15 05:09:17'),
(11,2,2,'2006-02-15 05:09:17'),
(12,3,2,'2006-02-15 05:09:17'),
(13,3,2,'2006-02-15 05:09:17'),
(14,3,2,'2006-02-15 05:09:17'),
(15,3,2,'2006-02-15 05:09:17'),
(16,4,1,'2006-02-15 05:09:17'),
(17,4,1,'2006-02-15 05:09:17'),
(18,4,1,'2006-02-15 05:09:17'),
(19,4,1,'2006-02-15 05:09:17'),
(20,4,2,'2006-02-15 05:09:17'),
(21,4,2,'2006-02-15 05:09:17'),
(22,4,2,'2006-02-15 05:09:17'),
(23,5,2,'2006-02-15 05:09:17'),
(24,5,2,'2006-02-15 05:09:17'),
(25,5,2,'2006-02-15 05:09:17'),
(26,6,1,'2006-02-15 05:09:17'),
(27,6,1,'2006-02-15 05:09:17'),
(28,6,1,'2006-02-15 05:09:17'),
(29,6,2,'2006-02-15 05:09:17'),
(30,6,2,'2006-02-15 05:09:17'),
(31,6,2,'2006-02-15 05:09:17'),
(32,7,1,'2006-02-15 05:09:17'),
(33,7,1,'2006-02-15 05:09:17'),
(34,7,2,'2006-02-15 05:09:17'),
(35,7,2,'2006-02-15 05:09:17'),
(36,7,2,'2006-02-15 05:09:17'),
(37,8,2,'2006-02-15 05:09:17'),
(38,8,2,'2006-02-15 05:09:17'),
(39,8,2,'2006-02-15 05:09:17'),
(40,8,2,'2006-02-15 05:09:17'),
(41,9,1,'2006-02-15 05:09:17'),
(42,9,1,'2006-02-15 05:09:17'),
(43,9,1,'2006-02-15 05:09:17'),
(44,9,2,'2006-02-15 05:09:17'),
(45,9,2,'2006-02-15 05:09:17'),
(46,10,1,'2006-02-15 05:09:17'),
(47,10,1,'2006-02-15 05:09:17'),
(48,10,1,'2006-02-15 05:09:17'),
(49,10,1,'2006-02-15 05:09:17'),
(50,10,2,'2006-02-15 05:09:17'),
(51,10,2,'2006-02-15 05:09:17'),
(52,10,2,'2006-02-15 05:09:17'),
(53,11,1,'2006-02-15 05:09:17'),
(54,11,1,'2006-02-15 05:09:17'),
(55,11,1,'2006-02-15 05:09:17'),
(56,11,1,'2006-02-15 05:09:17'),
(57,11,2,'2006-02-15 05:09:17'),
(58,11,2,'2006-02-15 05:09:17'),
(59,11,2,'2006-02-15 05:09:17'),
(60,12,1,'2006-02-15 05:09:17');
COMMIT;
SET AUTOCOMMIT=0;
INSERT INTO language VALUES
(1,'English','2006-02-15 05:02:19'),
(2,'Italian','2006-02-15 05:02:19'),
(3,'Japanese','2006-02-15 05:02:19'),
(4,'Mandarin','2006-02-15 05:02:19'),
(5,'French','2006-02-15 05:02:19'),
(6,'German','2006-02-15 05:02:19');
COMMIT;
SET AUTOCOMMIT=0;
INSERT INTO payment VALUES
(1,1,1,76,'2.99','2005-05-25 11:30:37','2006-02-15 22:12:30'),
(2,1,1,573,'0.99','2005-05-28 10:35:23','2006-02-15 22:12:30'),
(3,1,1,1185,'5.99','2005-06-15 00:54:12','2006-02-15 22:12:30'),
(4,1,2,1422,'0.99','2005-06-15 18:02:53','2006-02-15 22:12:30'),
(5,1,2,1476,'9.99','2005-06-15 21:08:46','2006-02-15 22:12:30'),
(6,1,1,1725,'4.99','2005-06-16 15:18:57','2006-02-15 22:12:30'),
(7,1,1,2308,'4.99','2005-06-18 08:41:48','2006-02-15 22:12:30'),
(8,1,2,2363,'0.99','2005-06-18 13:33:59','2006-02-15 22:12:30'),
(9,1,1,3284,'3.99','2005-06-21 06:24:45','2006-02-15 22:12:30'),
(10,1,2,4526,'5.99','2005-07-08 03:17:05','2006-02-15 22:12:30'),
(11,1,1,4611,'5.99','2005-07-08 07:33:56','2006-02-15 22:12:30'),
(12,1,1,5244,'4.99','2005-07-09 13:24:07','2006-02-15 22:12:30'),
(13,1,1,5326,'4.99','2005-07-09 16:38:01','2006-02-15 22:12:30'),
(14,1,1,6163,'7.99','2005-07-11 10:13:46','2006-02-15 22:12:30'),
(15,1,2,7273,'2.99','2005-07-27 11:31:22','2006-02-15 22:12:30'),
(16,1,1,7841,'4.99','2005-07-28 09:04:45','2006-02-15 22:12:30'),
(17,1,2,8033,'4.99','2005-07-28 16:18:23','2006-02-15 22:12:30'),
(18,1,1,8074,'0.99','2005-07-28 17:33:39','2006-02-15 22:12:30'),
(19,1,2,8116,'0.99','2005-07-28 19:20:07','2006-02-15 22:12:30'),
(20,1,2,8326,'2.99','2005-07-29 03:58:49','2006-02-15 22:12:30'),
(21,1,2,9571,'2.99','2005-07-31 02:42:18','2006-02-15 22:12:30'),
(22,1,2,10437,'4.99','2005-08-01 08:51:04','2006-02-15 22:12:30'),
(23,1,2,11299,'3.99','2005-08-02 15:36:52','2006-02-15 22:12:30'),
(24,1,1,11367,'0.99','2005-08-02 18:01:38','2006-02-15 22:12:30'),
(25,1,2,11824,'4.99','2005-08-17 12:37:54','2006-02-15 22:12:30'),
(26,1,1,12250,'0.99','2005-08-18 03:57:29','2006-02-15 22:12:30'),
(27,1,2,13068,'0.99','2005-08-19 09:55:16','2006-02-15 22:12:30'),
(28,1,2,13176,'2.99','2005-08-19 13:56:54','2006-02-15 22:12:30'),
(29,1,1,14762,'0.99','2005-08-21 23:33:57','2006-02-15 22:12:30'),
(30,1,1,14825,'1.99','2005-08-22 01:27:57','2006-02-15 22:12:30'),
(31,1,2,15298,'2.99','2005-08-22 19:41:37','2006-02-15 22:12:30'),
(32,1,1,15315,'5.99','2005-08-22 20:03:46','2006-02-15 22:12:30'),
(33,2,1,320,'4.99','2005-05-27 00:09:24','2006-02-15 22:12:30'),
(34,2,1,2128,'2.99','2005-06-17 20:54:58','2006-02-15 22:12:30'),
(35,2,1,5636,'2.99','2005-07-10 06:31:24','2006-02-15 22:12:30'),
(36,2,1,5755,'6.99','2005-07-10 12:38:56','2006-02-15 22:12:30'),
(37,2,2,7346,'4.99','2005-07-27 14:30:42','2006-02-15 22:12:30'),
(38,2,1,7376,'5.99','2005-07-27 15:23:02','2006-02-15 22:12:30'),
(39,2,2,7459,'5.99','2005-07-27 18:40:20','2006-02-15 22:12:30'),
(40,2,2,8230,'5.99','2005-07-29 00:12:59','2006-02-15 22:12:30'),
(41,2,1,8598,'2.99','2005-07-29 12:56:59','2006-02-15 22:12:30'),
(42,2,2,8705,'5.99','2005-07-29 17:14:29','2006-02-15 22:12:30'),
(43,2,1,9031,'4.99','2005-07-30 06:06:10','2006-02-15 22:12:30'),
(44,2,2,9236,'10.99','2005-07-30 13:47:43','2006-02-15 22:12:30'),
(45,2,2,9248,'0.99','2005-07-30 14:14:11','2006-02-15 22:12:30'),
(46,2,2,9296,'6.99','2005-07-30 16:21:13','2006-02-15 22:12:30'),
(47,2,2,9465,'6.99','2005-07-30 22:39:53','2006-02-15 22:12:30'),
(48,2,1,10136,'2.99','2005-07-31 21:58:56','2006-02-15 22:12:30'),
(49,2,1,10466,'0.99','2005-08-01 09:45:26','2006-02-15 22:12:30'),
(50,2,1,10918,'0.99','2005-08-02 02:10:56','2006-02-15 22:12:30'),
(51,2,1,11087,'5.99','2005-08-02 07:41:41','2006-02-15 22:12:30'),
(52,2,1,11177,'6.99','2005-08-02 10:43:48','2006-02-15 22:12:30'),
(53,2,2,11256,'2.99','2005-08-02 13:44:53','2006-02-15 22:12:30'),
(54,2,1,11614,'2.99','2005-08-17 03:52:18','2006-02-15 22:12:30'),
(55,2,1,12963,'2.99','2005-08-19 06:26:04','2006-02-15 22:12:30'),
(56,2,1,14475,'4.99','2005-08-21 13:24:32','2006-02-15 22:12:30'),
(57,2,2,14743,'5.99','2005-08-21 22:41:56','2006-02-15 22:12:30'),
(58,2,2,15145,'4.99','2005-08-22 13:53:04','2006-02-15 22:12:30'),
(59,2,2,15907,'4.99','2005-08-23 17:39:35','2006-02-15 22:12:30'),
(60,3,1,435,'1.99','2005-05-27 17:17:09','2006-02-15 22:12:30');
COMMIT;
CREATE TRIGGER payment_date BEFORE INSERT ON payment
	FOR EACH ROW SET NEW.payment_date = NOW();
SET AUTOCOMMIT=0;
INSERT INTO rental VALUES
(1,'2005-05-24 22:53:30',367,130,'2005-05-26 22:04:30',1,'2006-02-15 21:30:53'),
(2,'2005-05-24 22:54:33',1525,459,'2005-05-28 19:40:33',1,'2006-02-15 21:30:53'),
(3,'2005-05-24 23:03:39',1711,408,'2005-06-01 22:12:39',1,'2006-02-15 21:30:53'),
(4,'2005-05-24 23:04:41',2452,333,'2005-06-03 01:43:41',2,'2006-02-15 21:30:53'),
(5,'2005-05-24 23:05:21',2079,222,'2005-06-02 04:33:21',1,'2006-02-15 21:30:53'),
(6,'2005-05-24 23:08:07',2792,549,'2005-05-27 01:32:07',1,'2006-02-15 21:30:53'),
(7,'2005-05-24 23:11:53',3995,269,'2005-05-29 20:34:53',2,'2006-02-15 21:30:53'),
(8,'2005-05-24 23:31:46',2346,239,'2005-05-27 23:33:46',2,'2006-02-15 21:30:53'),
(9,'2005-05-25 00:00:40',2580,126,'2005-05-28 00:22:40',1,'2006-02-15 21:30:53'),
(10,'2005-05-25 00:02:21',1824,399,'2005-05-31 22:44:21',2,'2006-02-15 21:30:53'),
(11,'2005-05-25 00:09:02',4443,142,'2005-06-02 20:56:02',2,'2006-02-15 21:30:53'),
(12,'2005-05-25 00:19:27',1584,261,'2005-05-30 05:44:27',2,'2006-02-15 21:30:53'),
(13,'2005-05-25 00:22:55',2294,334,'2005-05-30 04:28:55',1,'2006-02-15 21:30:53'),
(14,'2005-05-25 00:31:15',2701,446,'2005-05-26 02:56:15',1,'2006-02-15 21:30:53'),
(15,'2005-05-25 00:39:22',3049,319,'2005-06-03 03:30:22',1,'2006-02-15 21:30:53'),
(16,'2005-05-25 00:43:11',389,316,'2005-05-26 04:42:11',2,'2006-02-15 21:30:53'),
(17,'2005-05-25 01:06:36',830,575,'2005-05-27 00:43:36',1,'2006-02-15 21:30:53'),
(18,'2005-05-25 01:10:47',3376,19,'2005-05-31 06:35:47',2,'2006-02-15 21:30:53'),
(19,'2005-05-25 01:17:24',1941,456,'2005-05-31 06:00:24',1,'2006-02-15 21:30:53'),
(20,'2005-05-25 01:48:41',3517,185,'2005-05-27 02:20:41',2,'2006-02-15 21:30:53'),
(21,'2005-05-25 01:59:46',146,388,'2005-05-26 01:01:46',2,'2006-02-15 21:30:53'),
(22,'2005-05-25 02:19:23',727,509,'2005-05-26 04:52:23',2,'2006-02-15 21:30:53'),
(23,'2005-05-25 02:40:21',4441,438,'2005-05-29 06:34:21',1,'2006-02-15 21:30:53'),
(24,'2005-05-25 02:53:02',3273,350,'2005-05-27 01:15:02',1,'2006-02-15 21:30:53'),
(25,'2005-05-25 03:21:20',3961,37,'2005-05-27 21:25:20',2,'2006-02-15 21:30:53'),
(26,'2005-05-25 03:36:50',4371,371,'2005-05-31 00:34:50',1,'2006-02-15 21:30:53'),
(27,'2005-05-25 03:41:50',1225,301,'2005-05-30 01:13:50',2,'2006-02-15 21:30:53'),
(28,'2005-05-25 03:42:37',4068,232,'2005-05-26 09:26:37',2,'2006-02-15 21:30:53'),
(29,'2005-05-25 03:47:12',611,44,'2005-05-30 00:31:12',2,'2006-02-15 21:30:53'),
(30,'2005-05-25 04:01:32',3744,430,'2005-05-30 03:12:32',1,'2006-02-15 21:30:53'),
(31,'2005-05-25 04:05:17',4482,369,'2005-05-30 07:15:17',1,'2006-02-15 21:30:53'),
(32,'2005-05-25 04:06:21',3832,230,'2005-05-25 23:55:21',1,'2006-02-15 21:30:53'),
(33,'2005-05-25 04:18:51',1681,272,'2005-05-27 03:58:51',1,'2006-02-15 21:30:53'),
(34,'2005-05-25 04:19:28',2613,597,'2005-05-29 00:10:28',2,'2006-02-15 21:30:53'),
(35,'2005-05-25 04:24:36',1286,484,'2005-05-27 07:02:36',2,'2006-02-15 21:30:53'),
(36,'2005-05-25 04:36:26',1308,88,'2005-05-29 00:31:26',1,'2006-02-15 21:30:53'),
(37,'2005-05-25 04:44:31',403,535,'2005-05-29 01:03:31',1,'2006-02-15 21:30:53'),
(38,'2005-05-25 04:47:44',2540,302,'2005-06-01 00:58:44',1,'2006-02-15 21:30:53'),
(39,'2005-05-25 04:51:46',4466,207,'2005-05-31 03:14:46',2,'2006-02-15 21:30:53'),
(40,'2005-05-25 05:09:04',2638,413,'2005-05-27 23:12:04',1,'2006-02-15 21:30:53'),
(41,'2005-05-25 05:12:29',1761,174,'2005-06-02 00:28:29',1,'2006-02-15 21:30:53'),
(42,'2005-05-25 05:24:58',380,523,'2005-05-31 02:47:58',2,'2006-02-15 21:30:53'),
(43,'2005-05-25 05:39:25',2578,532,'2005-05-26 06:54:25',2,'2006-02-15 21:30:53'),
(44,'2005-05-25 05:53:23',3098,207,'2005-05-29 10:56:23',2,'2006-02-15 21:30:53'),
(45,'2005-05-25 05:59:39',1853,436,'2005-06-02 09:56:39',2,'2006-02-15 21:30:53'),
(46,'2005-05-25 06:04:08',3318,7,'2005-06-02 08:18:08',2,'2006-02-15 21:30:53'),
(47,'2005-05-25 06:05:20',2211,35,'2005-05-30 03:04:20',1,'2006-02-15 21:30:53'),
(48,'2005-05-25 06:20:46',1780,282,'2005-06-02 05:42:46',1,'2006-02-15 21:30:53'),
(49,'2005-05-25 06:39:35',2965,498,'2005-05-30 10:12:35',2,'2006-02-15 21:30:53'),
(50,'2005-05-25 06:44:53',1983,18,'2005-05-28 11:28:53',2,'2006-02-15 21:30:53'),
(51,'2005-05-25 06:49:10',1257,256,'2005-05-26 06:42:10',1,'2006-02-15 21:30:53'),
(52,'2005-05-25 06:51:29',4017,507,'2005-05-31 01:27:29',2,'2006-02-15 21:30:53'),
(53,'2005-05-25 07:19:16',1255,569,'2005-05-27 05:19:16',2,'2006-02-15 21:30:53'),
(54,'2005-05-25 07:23:25',2787,291,'2005-06-01 05:05:25',2,'2006-02-15 21:30:53'),
(55,'2005-05-25 08:26:13',1139,131,'2005-05-30 10:57:13',1,'2006-02-15 21:30:53'),
(56,'2005-05-25 08:28:11',1352,511,'2005-05-26 14:21:11',1,'2006-02-15 21:30:53'),
(57,'2005-05-25 08:43:32',3938,6,'2005-05-29 06:42:32',2,'2006-02-15 21:30:53'),
(58,'2005-05-25 08:53:14',3050,323,'2005-05-28 14:40:14',1,'2006-02-15 21:30:53'),
(59,'2005-05-25 08:56:42',2884,408,'2005-06-01 09:52:42',1,'2006-02-15 21:30:53'),
(60,'2005-05-25 08:58:25',330,470,'2005-05-30 14:14:25',1,'2006-02-15 21:30:53');
COMMIT;
CREATE TRIGGER rental_date BEFORE INSERT ON rental
	FOR EACH ROW SET NEW.rental_date = NOW();
SET AUTOCOMMIT=0;
LOCK TABLES `staff` WRITE;
/*!40000 ALTER TABLE `staff` DISABLE KEYS */;
INSERT INTO staff VALUES
(1,'Mike','Hillyer',3,0x89504E470D0A1A0A,'Mike.Hillyer@sakilastaff.com',1,1,'Mike','8cb2237d0679ca88db6464eac60da96345513964','2006-02-15 03:57:16'),
(2,'Jon','Stephens',4,NULL,'Jon.Stephens@sakilastaff.com',2,1,'Jon',NULL,'2006-02-15 03:57:16');
/*!40000 ALTER TABLE `staff` ENABLE KEYS */;
UNLOCK TABLES;
COMMIT;
SET AUTOCOMMIT=0;
INSERT INTO store VALUES
(1,1,1,'2006-02-15 04:57:12'),
(2,2,2,'2006-02-15 04:57:12');
COMMIT;
SET SQL_MODE=@OLD_SQL_MODE;
SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS;
SET UNIQUE_CHECKS=@OLD_UNIQUE_CHECKS;
SELECT COUNT(*) FROM film;
SELECT * FROM actor ORDER BY actor_id LIMIT 10;
SELECT * FROM film ORDER BY film_id LIMIT 5;
SELECT * FROM film_text ORDER BY film_id LIMIT 5;
SELECT * FROM customer_list ORDER BY id LIMIT 5;
SELECT * FROM film_list ORDER BY fid, category LIMIT 5;
SELECT * FROM nicer_but_slower_film_list ORDER BY fid LIMIT 3;
SELECT * FROM staff_list ORDER BY id;
SELECT * FROM sales_by_store ORDER BY store;
SELECT * FROM sales_by_film_category ORDER BY category;
SELECT * FROM actor_info ORDER BY actor_id LIMIT 5;
SELECT rating, COUNT(*), AVG(rental_rate), SUM(length) FROM film GROUP BY rating ORDER BY rating;
SELECT f.title, GROUP_CONCAT(a.last_name ORDER BY a.last_name) FROM film f JOIN film_actor fa USING (film_id) JOIN actor a USING (actor_id) GROUP BY f.film_id, f.title ORDER BY f.title LIMIT 10;
SELECT c.name, COUNT(*) FROM category c LEFT JOIN film_category fc USING (category_id) GROUP BY c.category_id, c.name ORDER BY c.name;
SELECT customer_id, SUM(amount) AS paid, COUNT(*) FROM payment GROUP BY customer_id HAVING paid > 10 ORDER BY paid DESC, customer_id;
SELECT DATE(rental_date) AS day, COUNT(*) FROM rental GROUP BY day ORDER BY day;
SELECT title FROM film WHERE special_features LIKE '%Trailers%' AND rating IN ('PG', 'G') ORDER BY title;
SELECT title, MATCH (title, description) AGAINST ('drama') > 0 AS hit FROM film_text ORDER BY film_id LIMIT 10;
SELECT ci.city, co.country FROM city ci JOIN country co USING (country_id) ORDER BY ci.city_id LIMIT 10;
SELECT first_name, last_name, RANK() OVER (ORDER BY last_name) FROM actor ORDER BY last_name, first_name LIMIT 10;
WITH top AS (SELECT customer_id, SUM(amount) s FROM payment GROUP BY customer_id) SELECT c.first_name, t.s FROM top t JOIN customer c USING (customer_id) ORDER BY t.s DESC, c.customer_id LIMIT 3;
SELECT picture, LENGTH(picture), active FROM staff ORDER BY staff_id;
SELECT inventory_in_stock(1), inventory_in_stock(2);
SELECT inventory_held_by_customer(9), inventory_held_by_customer(1);
SELECT get_customer_balance(1, '2006-02-15 00:00:00');
CALL film_in_stock(1, 1, @count);
SELECT @count;
CALL film_not_in_stock(2, 2, @count);
SELECT @count;
CALL rewards_report(0, 1, @count);
CALL rewards_report(1, 1.00, @count);
UPDATE film SET title = CONCAT(title, '!') WHERE film_id = 1;
SELECT title FROM film_text WHERE film_id = 1;
DELETE FROM film WHERE film_id = 2;
DELETE FROM actor WHERE actor_id = 1;
INSERT INTO rental (rental_date, inventory_id, customer_id, staff_id) VALUES ('2006-01-01', 1, 1, 1);
SELECT LAST_INSERT_ID();
INSERT INTO country (country) VALUES ('Nowhere'), ('Elsewhere');
SELECT LAST_INSERT_ID(), ROW_COUNT();
UPDATE customer SET active = 0 WHERE store_id = 1;
SELECT active, COUNT(*) FROM customer GROUP BY active ORDER BY active;
SHOW CREATE VIEW actor_info;
SHOW CREATE PROCEDURE film_in_stock;
SHOW CREATE FUNCTION get_customer_balance;
SHOW TABLES;
