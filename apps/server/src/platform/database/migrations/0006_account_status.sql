ALTER TYPE "public"."user_standing" RENAME TO "account_status";--> statement-breakpoint
ALTER TABLE "directory_users" RENAME COLUMN "standing" TO "status";
