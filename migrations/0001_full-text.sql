-- The full-text indexes hold folded words only, without the text they came from; a rowid is a revision's id, an actor's or a place's.
CREATE VIRTUAL TABLE `development_text` USING fts5(`headline`, `summary`, `quotes`, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 0");
--> statement-breakpoint
CREATE VIRTUAL TABLE `actor_names` USING fts5(`names`, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 0");
--> statement-breakpoint
CREATE VIRTUAL TABLE `place_names` USING fts5(`names`, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 0");
