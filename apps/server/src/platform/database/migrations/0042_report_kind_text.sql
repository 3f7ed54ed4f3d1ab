-- contract: the previous release sends the kind as text, without a cast to the type
ALTER TABLE "reports" ALTER COLUMN "kind" SET DATA TYPE text;--> statement-breakpoint
DROP TYPE "public"."report_kind";