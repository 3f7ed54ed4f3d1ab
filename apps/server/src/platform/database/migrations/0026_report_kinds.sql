ALTER TYPE "public"."report_kind" ADD VALUE 'machines';--> statement-breakpoint
ALTER TYPE "public"."report_kind" ADD VALUE 'dormant';--> statement-breakpoint
ALTER TYPE "public"."report_kind" ADD VALUE 'denials';--> statement-breakpoint
ALTER TYPE "public"."report_kind" ADD VALUE 'changes';