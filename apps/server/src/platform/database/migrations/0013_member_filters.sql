CREATE INDEX "members_by_role" ON "members" USING gin ("roles","sources");--> statement-breakpoint
CREATE INDEX "members_suspended" ON "members" USING btree ("tenant","sort_name","subject") WHERE status = 'suspended';--> statement-breakpoint
CREATE INDEX "members_machines" ON "members" USING btree ("tenant","sort_name","subject") WHERE kind = 'machine';