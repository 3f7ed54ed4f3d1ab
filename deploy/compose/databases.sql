-- Runs once, when the volume of PostgreSQL is empty: a role and a database for each of its two users, so that neither reads what the other
-- has, and nobody but the operator is superuser.
\getenv latchkey LATCHKEY_DB_PASSWORD
\getenv logto LOGTO_DB_PASSWORD

create role latchkey login password :'latchkey';
create database latchkey owner latchkey;
revoke connect on database latchkey from public;

-- Logto makes a role for each of its tenants (row-level security), and these connect to its database as well.
create role logto login createrole password :'logto';
create database logto owner logto;

revoke connect on database postgres from public;
