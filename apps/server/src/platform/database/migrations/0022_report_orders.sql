DROP INDEX "reports_by_tenant";--> statement-breakpoint
CREATE INDEX "reports_by_time" ON "reports" USING btree ("tenant","created_at","id");--> statement-breakpoint
CREATE INDEX "reports_by_title" ON "reports" USING btree ("tenant",lower("title"),"id");