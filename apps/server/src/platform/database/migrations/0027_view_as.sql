CREATE TABLE "views_as" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tenant" text NOT NULL,
	"actor" text NOT NULL,
	"person" text,
	"role" text,
	"started_at" timestamp with time zone NOT NULL,
	"ends_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	CONSTRAINT "views_as_one_target" CHECK (("views_as"."person" is null) <> ("views_as"."role" is null))
);
--> statement-breakpoint
CREATE INDEX "views_as_by_actor" ON "views_as" USING btree ("actor");--> statement-breakpoint
CREATE INDEX "views_as_by_end" ON "views_as" USING btree ("ends_at");