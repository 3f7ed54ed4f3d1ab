ALTER TABLE "request_notices" ALTER COLUMN "request_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "request_notices" ADD COLUMN "grant_id" uuid;--> statement-breakpoint
ALTER TABLE "request_notices" ADD CONSTRAINT "request_notices_grant_id_access_grants_id_fk" FOREIGN KEY ("grant_id") REFERENCES "public"."access_grants"("id") ON DELETE cascade ON UPDATE no action;