CREATE TYPE "public"."delivery_status" AS ENUM('pending', 'applied', 'ignored', 'failed');--> statement-breakpoint
CREATE TYPE "public"."report_kind" AS ENUM('access-review');--> statement-breakpoint
CREATE TYPE "public"."report_status" AS ENUM('draft', 'published');--> statement-breakpoint
CREATE TABLE "reports" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tenant" text NOT NULL,
	"title" text NOT NULL,
	"kind" "report_kind" NOT NULL,
	"status" "report_status" DEFAULT 'draft' NOT NULL,
	"owner_key" text NOT NULL,
	"owner_name" text,
	"content" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"published_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "webhook_deliveries" (
	"id" text PRIMARY KEY NOT NULL,
	"event" text NOT NULL,
	"body" text NOT NULL,
	"status" "delivery_status" DEFAULT 'pending' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"outcome" jsonb,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL,
	"settled_at" timestamp with time zone
);
--> statement-breakpoint
CREATE INDEX "reports_by_tenant" ON "reports" USING btree ("tenant","created_at" DESC NULLS LAST,"id");