<?php
// What applications do through mysqli and PDO: port, user and password are the arguments.
mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);
[, $port, $user, $password] = $argv;
$db = new mysqli('127.0.0.1', $user, $password, 'test', (int) $port);
$db->set_charset('utf8mb4');
$db->query('DROP TABLE IF EXISTS php');
$db->query('CREATE TABLE php (id INT PRIMARY KEY AUTO_INCREMENT, s VARCHAR(40), d DOUBLE, b LONGBLOB)');
$insert = $db->prepare('INSERT INTO php (s, d, b) VALUES (?, ?, ?)');
foreach (['one', "it's", 'grün 🐬', null] as $i => $s) {
    $d = $i / 3;
    $b = null;
    $insert->bind_param('sdb', $s, $d, $b);
    $insert->send_long_data(2, str_repeat('x', 1000));
    $insert->send_long_data(2, "\0\xff$i");
    $insert->execute();
    echo $insert->affected_rows, ' ', $insert->insert_id, "\n";
}
$select = $db->prepare('SELECT id, s, d, LENGTH(b), SHA2(b, 256) FROM php WHERE id > ? ORDER BY id');
foreach ([0, 2] as $above) {
    $select->bind_param('i', $above);
    $select->execute();
    foreach ($select->get_result() as $row) {
        echo json_encode($row), "\n";
    }
}
$select->close();
$db->begin_transaction();
$db->query("UPDATE php SET s = 'gone'");
echo $db->affected_rows, ' ', $db->info, "\n";
$db->rollback();
echo json_encode($db->query('SELECT s FROM php ORDER BY id')->fetch_all()), "\n";
$db->multi_query("SELECT 1; INSERT INTO php (s) VALUES ('m'); SELECT 'two' AS t");
do {
    $result = $db->store_result();
    echo $result ? json_encode($result->fetch_all()) : $db->affected_rows, "\n";
} while ($db->next_result());
foreach (['SELECT nothing', 'INSERT INTO php (id) VALUES (1)', 'nonsense'] as $wrong) {
    try {
        $db->query($wrong);
    } catch (mysqli_sql_exception $e) {
        echo $e->getCode(), ' ', $e->getSqlState(), ' ', $e->getMessage(), "\n";
    }
}
$db->query('INSERT IGNORE INTO php (id) VALUES (1)');
echo $db->warning_count, ' ', $db->get_warnings()->message, "\n";
echo $db->real_escape_string("a'b\\c"), ' ', $db->character_set_name(), ' ', $db->ping() ? 'alive' : 'dead', "\n";
$db->change_user($user, $password, 'test');
$db->select_db('mysql');
$db->close();

$pdo = new PDO("mysql:host=127.0.0.1;port=$port;dbname=test;charset=utf8mb4", $user, $password);
foreach ([true, false] as $emulated) {
    $pdo->setAttribute(PDO::ATTR_EMULATE_PREPARES, $emulated);
    $statement = $pdo->prepare('SELECT id, s FROM php WHERE id >= :low AND s <> :s ORDER BY id');
    $statement->execute(['low' => 2, 's' => 'm']);
    echo json_encode($statement->fetchAll(PDO::FETCH_ASSOC)), "\n";
    $pdo->beginTransaction();
    $pdo->prepare('INSERT INTO php (s) VALUES (?)')->execute(['pdo']);
    echo $pdo->lastInsertId() > 0 ? 'id' : 'no id', "\n";
    $pdo->rollBack();
    try {
        $pdo->query('SELECT nothing FROM php');
    } catch (PDOException $e) {
        echo $e->getMessage(), "\n";
    }
}
echo json_encode($pdo->query('SELECT COUNT(*) FROM php')->fetch()), "\n";
$pdo->exec('DROP TABLE php');
echo "done\n";
