CREATE TABLE `uncleaned` (
	`id` integer PRIMARY KEY NOT NULL,
	`is_rewritten` integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
ALTER TABLE `node` ADD `tokens_at` integer;--> statement-breakpoint
ALTER TABLE `node` ADD `tokens_uptime` integer;--> statement-breakpoint
ALTER TABLE `node` ADD `is_partial` integer DEFAULT 0 NOT NULL;