DROP INDEX "members_by_sign_in";--> statement-breakpoint
CREATE INDEX "members_by_sign_in" ON "members" USING btree ("tenant",coalesce(last_sign_in_at, 'epoch'),"subject","last_sign_in_at");--> statement-breakpoint
-- As `indexed` of member-conditions.ts writes it. Every sweep corrects what is rarer than four digits.
UPDATE "members" SET "search_text" = (
  SELECT string_agg(CASE WHEN ascii(letter) < 128 THEN letter ELSE 'U' || lpad(to_hex(ascii(letter)), 4, '0') END, '' ORDER BY place)
  FROM regexp_split_to_table("search_text", '') WITH ORDINALITY AS letters(letter, place)
) WHERE "search_text" ~ '[^[:ascii:]]';--> statement-breakpoint
-- Where the extension is not there or not allowed, a search reads all members of the installation: right, and slower.
DO $$ BEGIN
  CREATE EXTENSION IF NOT EXISTS pg_trgm;
  EXECUTE format('CREATE INDEX members_by_text ON members USING gin (search_text %I.gin_trgm_ops)',
    (SELECT nspname FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace WHERE extname = 'pg_trgm'));
EXCEPTION WHEN OTHERS THEN
  RAISE NOTICE 'Members are searched without an index: %', SQLERRM;
END $$;
