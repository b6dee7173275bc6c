CREATE TABLE `node` (
	`id` integer PRIMARY KEY NOT NULL,
	`log` text NOT NULL
);
