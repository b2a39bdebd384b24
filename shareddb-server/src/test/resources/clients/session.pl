# What applications do through DBI: driver, port, user and password are the arguments.
use strict;
use warnings;
use DBI;

my ($driver, $port, $user, $password) = @ARGV;
my $prefix = $driver eq 'mysql' ? 'mysql' : 'mariadb';
for my $server (0, 1) {
    my $db = DBI->connect("dbi:$driver:database=test;host=127.0.0.1;port=$port;${prefix}_server_prepare=$server", $user, $password,
        {RaiseError => 1, PrintError => 0, AutoCommit => 1});
    $db->do('DROP TABLE IF EXISTS pl');
    $db->do('CREATE TABLE pl (id INT PRIMARY KEY AUTO_INCREMENT, s VARCHAR(40), d DECIMAL(6, 2), b BLOB)');
    my $insert = $db->prepare('INSERT INTO pl (s, d) VALUES (?, ?)');
    print $insert->execute("row $_", $_ / 4), "\n" for 1 .. 5;
    print $db->last_insert_id(undef, undef, 'pl', 'id'), "\n";
    my $select = $db->prepare('SELECT id, s, d FROM pl WHERE id > ? ORDER BY id');
    for my $above (0, 3) {
        $select->execute($above);
        print join(',', @{$select->{NAME}}), "\n";
        while (my @row = $select->fetchrow_array) { print join('|', @row), "\n"; }
    }
    $db->begin_work;
    print $db->do("UPDATE pl SET s = 'gone'"), "\n";
    $db->rollback;
    print join(',', map { $_->[0] } @{$db->selectall_arrayref('SELECT s FROM pl ORDER BY id')}), "\n";
    for my $wrong ('SELECT nothing FROM pl', 'INSERT INTO pl (id) VALUES (1)', 'nonsense') {
        eval { $db->do($wrong); };
        print $db->err, ' ', $db->state, ' ', $db->errstr, "\n";
    }
    print $db->quote("it's \\"), ' ', $db->ping ? 'alive' : 'dead', "\n";
    print join(',', sort map { $_->[3] } @{$db->column_info(undef, 'test', 'pl', '%')->fetchall_arrayref}), "\n";
    $db->do('DROP TABLE pl');
    $db->disconnect;
}
print "done\n";
