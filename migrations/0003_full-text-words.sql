-- The full-text indexes hold folded words, cut by us and by nothing else: every character but the ASCII punctuation between them belongs to
-- a word. What they hold is derived, and is derived again when the store opens.
DROP TABLE `development_text`;
--> statement-breakpoint
DROP TABLE `actor_names`;
--> statement-breakpoint
DROP TABLE `place_names`;
--> statement-breakpoint
CREATE VIRTUAL TABLE `development_text` USING fts5(`headline`, `summary`, `quotes`, content='', contentless_delete=1, tokenize="ascii");
--> statement-breakpoint
CREATE VIRTUAL TABLE `actor_names` USING fts5(`names`, content='', contentless_delete=1, tokenize="ascii");
--> statement-breakpoint
CREATE VIRTUAL TABLE `place_names` USING fts5(`names`, content='', contentless_delete=1, tokenize="ascii");
