-- Runs once, on an empty volume of PostgreSQL: gives Logto and Latchkey a role and a database each, so that neither can read the other's
-- data and only the operator is superuser.
\getenv latchkey LATCHKEY_DB_PASSWORD
\getenv logto LOGTO_DB_PASSWORD

create role latchkey login password :'latchkey';
create database latchkey owner latchkey;
revoke connect on database latchkey from public;

-- Logto creates a role for each of its tenants (row-level security). These roles connect to its database as well.
create role logto login createrole password :'logto';
create database logto owner logto;

revoke connect on database postgres from public;
