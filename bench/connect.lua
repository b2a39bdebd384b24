-- For sysbench: each event is a client that connects, reads one row and hangs up, as applications do that make a connection for each page.

local driver

function thread_init()
   driver = sysbench.sql.driver()
end

function event()
   local connection = driver:connect()
   connection:query("SELECT c FROM sbtest1 WHERE id = " .. sysbench.rand.uniform(1, 20000))
   connection:disconnect()
end
