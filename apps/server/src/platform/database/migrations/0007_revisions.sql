CREATE TABLE "directory_revision" (
	"id" integer PRIMARY KEY DEFAULT 1 NOT NULL,
	"value" bigint DEFAULT 0 NOT NULL,
	"gap_ended_at" timestamp with time zone,
	"confirmed_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "directory_users" ADD COLUMN "revision" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "directory_users" ADD COLUMN "confirmed_at" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
CREATE INDEX "users_by_revision" ON "directory_users" USING btree ("revision") WHERE revision > 0;--> statement-breakpoint
INSERT INTO "directory_revision" ("value") SELECT count(*) FROM "directory_users" WHERE "status" <> 'active';--> statement-breakpoint
UPDATE "directory_users" SET "revision" = 1 WHERE "status" <> 'active';--> statement-breakpoint
-- Counts every change of a status in the transaction that makes it. The row of directory_revision is locked until the
-- transaction ends, so revisions are committed in their order: who has read up to one has missed none before it.
CREATE FUNCTION count_status_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF (TG_OP = 'INSERT' AND NEW.status <> 'active') OR (TG_OP = 'UPDATE' AND NEW.status <> OLD.status) THEN
		UPDATE directory_revision SET value = value + 1 RETURNING value INTO NEW.revision;
		PERFORM pg_notify('latchkey', '{"from":"database","topic":"revocations","payload":{}}');
	END IF;
	RETURN NEW;
END;
$$;--> statement-breakpoint
CREATE TRIGGER "count_status_change" BEFORE INSERT OR UPDATE OF "status" ON "directory_users" FOR EACH ROW EXECUTE FUNCTION count_status_change();
