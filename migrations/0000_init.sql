CREATE TABLE `answers` (
	`by` text NOT NULL,
	`key` text NOT NULL,
	`hash` text NOT NULL,
	`at` integer NOT NULL,
	`seq` integer,
	`plan` text,
	PRIMARY KEY(`by`, `key`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `answers_by_at` ON `answers` (`at`);
--> statement-breakpoint
CREATE TABLE `assessment_actors` (
	`revision_id` integer NOT NULL,
	`assessment` integer NOT NULL,
	`ordinal` integer NOT NULL,
	`actor_id` integer NOT NULL,
	PRIMARY KEY(`revision_id`, `assessment`, `ordinal`),
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`revision_id`,`assessment`) REFERENCES `assessments`(`revision_id`,`ordinal`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `assessments` (
	`revision_id` integer NOT NULL,
	`ordinal` integer NOT NULL,
	`demand_id` integer NOT NULL,
	`response` text NOT NULL,
	`edtf` text NOT NULL,
	`assessed_sort` text NOT NULL,
	`source_id` integer,
	`note` text,
	`sort` text NOT NULL,
	`development_id` integer NOT NULL,
	`until_seq` integer NOT NULL,
	`retracted` integer NOT NULL,
	PRIMARY KEY(`revision_id`, `ordinal`),
	FOREIGN KEY (`revision_id`) REFERENCES `revisions`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`demand_id`) REFERENCES `demands`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`development_id`) REFERENCES `developments`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`revision_id`,`source_id`) REFERENCES `citations`(`revision_id`,`source_id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `assessments_by_demand` ON `assessments` (`demand_id`,`assessed_sort`,`development_id`,`revision_id`,`ordinal`,`until_seq`,`retracted`);
--> statement-breakpoint
CREATE TABLE `bearing_actors` (
	`revision_id` integer NOT NULL,
	`bearing` integer NOT NULL,
	`ordinal` integer NOT NULL,
	`actor_id` integer NOT NULL,
	PRIMARY KEY(`revision_id`, `bearing`, `ordinal`),
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`revision_id`,`bearing`) REFERENCES `bearings`(`revision_id`,`ordinal`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `bearings` (
	`revision_id` integer NOT NULL,
	`ordinal` integer NOT NULL,
	`claim_id` integer NOT NULL,
	`bearing` text NOT NULL,
	`source_id` integer NOT NULL,
	`note` text,
	`sort` text NOT NULL,
	`development_id` integer NOT NULL,
	`until_seq` integer NOT NULL,
	`retracted` integer NOT NULL,
	PRIMARY KEY(`revision_id`, `ordinal`),
	FOREIGN KEY (`revision_id`) REFERENCES `revisions`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`claim_id`) REFERENCES `claims`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`development_id`) REFERENCES `developments`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`revision_id`,`source_id`) REFERENCES `citations`(`revision_id`,`source_id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `bearings_by_claim` ON `bearings` (`claim_id`,`sort`,`development_id`,`revision_id`,`ordinal`,`until_seq`,`retracted`);
--> statement-breakpoint
CREATE TABLE `citation_via` (
	`revision_id` integer NOT NULL,
	`citation` integer NOT NULL,
	`ordinal` integer NOT NULL,
	`actor_id` integer NOT NULL,
	PRIMARY KEY(`revision_id`, `citation`, `ordinal`),
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`revision_id`,`citation`) REFERENCES `citations`(`revision_id`,`ordinal`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `citations` (
	`revision_id` integer NOT NULL,
	`ordinal` integer NOT NULL,
	`source_id` integer NOT NULL,
	`credibility` text NOT NULL,
	`basis` text NOT NULL,
	`locator` text,
	`excerpt` text,
	PRIMARY KEY(`revision_id`, `ordinal`),
	FOREIGN KEY (`revision_id`) REFERENCES `revisions`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`source_id`) REFERENCES `sources`(`id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `citations_one_a_source` ON `citations` (`revision_id`,`source_id`);
--> statement-breakpoint
CREATE TABLE `coding_actors` (
	`revision_id` integer NOT NULL,
	`coding` integer NOT NULL,
	`side` text NOT NULL,
	`ordinal` integer NOT NULL,
	`actor_id` integer NOT NULL,
	PRIMARY KEY(`revision_id`, `coding`, `side`, `ordinal`),
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`revision_id`,`coding`) REFERENCES `codings`(`revision_id`,`ordinal`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `codings` (
	`revision_id` integer NOT NULL,
	`ordinal` integer NOT NULL,
	`type` text NOT NULL,
	`modes` text NOT NULL,
	`contexts` text NOT NULL,
	`auxiliaries` text NOT NULL,
	`quad_class` text NOT NULL,
	`score` real NOT NULL,
	PRIMARY KEY(`revision_id`, `ordinal`),
	FOREIGN KEY (`revision_id`) REFERENCES `revisions`(`id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `demands_made` (
	`revision_id` integer NOT NULL,
	`ordinal` integer NOT NULL,
	`demand_id` integer NOT NULL,
	`sort` text NOT NULL,
	`development_id` integer NOT NULL,
	`until_seq` integer NOT NULL,
	`retracted` integer NOT NULL,
	PRIMARY KEY(`revision_id`, `ordinal`),
	FOREIGN KEY (`revision_id`) REFERENCES `revisions`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`demand_id`) REFERENCES `demands`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`development_id`) REFERENCES `developments`(`id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `demands_made_by_demand` ON `demands_made` (`demand_id`,`sort`,`development_id`,`revision_id`,`until_seq`,`retracted`);
--> statement-breakpoint
CREATE TABLE `developments` (
	`id` integer PRIMARY KEY NOT NULL,
	`key` text NOT NULL,
	`kind` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `developments_key_unique` ON `developments` (`key`);
--> statement-breakpoint
CREATE UNIQUE INDEX `developments_id_kind` ON `developments` (`id`,`kind`);
--> statement-breakpoint
CREATE TABLE `disagreements` (
	`revision_id` integer NOT NULL,
	`ordinal` integer NOT NULL,
	`dispute_id` integer NOT NULL,
	`sort` text NOT NULL,
	`development_id` integer NOT NULL,
	`until_seq` integer NOT NULL,
	`retracted` integer NOT NULL,
	PRIMARY KEY(`revision_id`, `ordinal`, `dispute_id`),
	FOREIGN KEY (`revision_id`) REFERENCES `revisions`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`development_id`) REFERENCES `developments`(`id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `disagreements_by_dispute` ON `disagreements` (`dispute_id`,`sort`,`development_id`,`revision_id`,`ordinal`,`until_seq`,`retracted`);
--> statement-breakpoint
CREATE TABLE `figures` (
	`revision_id` integer NOT NULL,
	`ordinal` integer NOT NULL,
	`quantity` text NOT NULL,
	`value` real,
	`min` real,
	`max` real,
	`as_written` text,
	`unit` text,
	`note` text,
	`source_id` integer NOT NULL,
	PRIMARY KEY(`revision_id`, `ordinal`),
	FOREIGN KEY (`revision_id`) REFERENCES `revisions`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`revision_id`,`source_id`) REFERENCES `citations`(`revision_id`,`source_id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `links` (
	`revision_id` integer NOT NULL,
	`ordinal` integer NOT NULL,
	`relation` text NOT NULL,
	`target_id` integer NOT NULL,
	`note` text,
	`sort` text NOT NULL,
	`development_id` integer NOT NULL,
	`until_seq` integer NOT NULL,
	`retracted` integer NOT NULL,
	PRIMARY KEY(`revision_id`, `ordinal`),
	FOREIGN KEY (`revision_id`) REFERENCES `revisions`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`target_id`) REFERENCES `developments`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`development_id`) REFERENCES `developments`(`id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `links_by_target` ON `links` (`target_id`,`sort`,`development_id`,`revision_id`,`ordinal`,`until_seq`,`retracted`);
--> statement-breakpoint
CREATE TABLE `participations` (
	`revision_id` integer NOT NULL,
	`ordinal` integer NOT NULL,
	`actor_id` integer NOT NULL,
	`role` text NOT NULL,
	`note` text,
	PRIMARY KEY(`revision_id`, `ordinal`),
	FOREIGN KEY (`revision_id`) REFERENCES `revisions`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `positions` (
	`revision_id` integer NOT NULL,
	`ordinal` integer NOT NULL,
	`claim_id` integer NOT NULL,
	`holder_id` integer NOT NULL,
	`stance` text NOT NULL,
	`attribution` text NOT NULL,
	`alternative_id` integer,
	`source_id` integer,
	`note` text,
	`sort` text NOT NULL,
	`development_id` integer NOT NULL,
	`until_seq` integer NOT NULL,
	`retracted` integer NOT NULL,
	PRIMARY KEY(`revision_id`, `ordinal`),
	FOREIGN KEY (`revision_id`) REFERENCES `revisions`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`claim_id`) REFERENCES `claims`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`holder_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`alternative_id`) REFERENCES `claims`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`development_id`) REFERENCES `developments`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`revision_id`,`source_id`) REFERENCES `citations`(`revision_id`,`source_id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `positions_by_claim` ON `positions` (`claim_id`,`sort`,`development_id`,`revision_id`,`ordinal`,`until_seq`,`retracted`);
--> statement-breakpoint
CREATE INDEX `positions_by_holder` ON `positions` (`holder_id`,`sort`,`development_id`,`revision_id`,`ordinal`,`until_seq`,`retracted`);
--> statement-breakpoint
CREATE INDEX `positions_by_claim_and_holder` ON `positions` (`claim_id`,`holder_id`,`sort`,`development_id`,`revision_id`,`ordinal`,`until_seq`,`retracted`);
--> statement-breakpoint
CREATE TABLE `postings` (
	`dimension` integer NOT NULL,
	`target` integer NOT NULL,
	`sort` text NOT NULL,
	`development_id` integer NOT NULL,
	`revision_id` integer NOT NULL,
	`until_seq` integer NOT NULL,
	`retracted` integer NOT NULL,
	PRIMARY KEY(`dimension`, `target`, `sort`, `development_id`, `revision_id`),
	FOREIGN KEY (`revision_id`) REFERENCES `revisions`(`id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `quotes` (
	`revision_id` integer NOT NULL,
	`ordinal` integer NOT NULL,
	`text` text NOT NULL,
	`language` text NOT NULL,
	`translated` integer,
	`source_id` integer NOT NULL,
	PRIMARY KEY(`revision_id`, `ordinal`),
	FOREIGN KEY (`revision_id`) REFERENCES `revisions`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`revision_id`,`source_id`) REFERENCES `citations`(`revision_id`,`source_id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `revision_disputes` (
	`revision_id` integer NOT NULL,
	`ordinal` integer NOT NULL,
	`dispute_id` integer NOT NULL,
	`context` integer NOT NULL,
	PRIMARY KEY(`revision_id`, `context`, `ordinal`),
	FOREIGN KEY (`revision_id`) REFERENCES `revisions`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`dispute_id`) REFERENCES `disputes`(`id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `revision_places` (
	`revision_id` integer NOT NULL,
	`ordinal` integer NOT NULL,
	`place_id` integer NOT NULL,
	PRIMARY KEY(`revision_id`, `ordinal`),
	FOREIGN KEY (`revision_id`) REFERENCES `revisions`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`place_id`) REFERENCES `places`(`id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `revision_words` (
	`revision_id` integer PRIMARY KEY NOT NULL,
	`words` text NOT NULL,
	FOREIGN KEY (`revision_id`) REFERENCES `revisions`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `revisions` (
	`id` integer PRIMARY KEY NOT NULL,
	`development_id` integer NOT NULL,
	`kind` text NOT NULL,
	`number` integer NOT NULL,
	`revision_kind` text NOT NULL,
	`previous_id` integer,
	`until_seq` integer NOT NULL,
	`retracted` integer NOT NULL,
	`note` text,
	`recorded_at` integer NOT NULL,
	`recorded_by` text,
	`headline` text NOT NULL,
	`summary` text NOT NULL,
	`edtf` text NOT NULL,
	`date_note` text,
	`earliest` text,
	`latest` text,
	`sort` text NOT NULL,
	`evidential_status` text NOT NULL,
	`credibility` text NOT NULL,
	`event_kind` text,
	`channel` text,
	`acts` text,
	`measure_kind` text,
	`legal_character` text,
	`legal_basis` text,
	`first_status` text,
	FOREIGN KEY (`previous_id`) REFERENCES `revisions`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`development_id`,`kind`) REFERENCES `developments`(`id`,`kind`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "revisions_span" CHECK("revisions"."until_seq" > "revisions"."id" and "revisions"."retracted" in (0, 1)),
	CONSTRAINT "revisions_event" CHECK(("revisions"."kind" = 'EVENT') = ("revisions"."event_kind" is not null)),
	CONSTRAINT "revisions_statement" CHECK(("revisions"."kind" = 'STATEMENT') = ("revisions"."channel" is not null) and ("revisions"."kind" = 'STATEMENT') = ("revisions"."acts" is not null)),
	CONSTRAINT "revisions_measure" CHECK(("revisions"."kind" = 'MEASURE') = ("revisions"."measure_kind" is not null) and ("revisions"."kind" = 'MEASURE') = ("revisions"."legal_character" is not null) and ("revisions"."kind" = 'MEASURE') = ("revisions"."first_status" is not null))
);
--> statement-breakpoint
CREATE INDEX `revisions_by_sort` ON `revisions` (`sort`,`development_id`,`id`,`until_seq`,`retracted`);
--> statement-breakpoint
CREATE UNIQUE INDEX `revisions_open` ON `revisions` (`development_id`) WHERE "until_seq" = 9007199254740991;
--> statement-breakpoint
CREATE INDEX `revisions_redacted` ON `revisions` (`id`) WHERE "revision_kind" = 'REDACTED';
--> statement-breakpoint
CREATE UNIQUE INDEX `revisions_by_development` ON `revisions` (`development_id`,`id`);
--> statement-breakpoint
CREATE TABLE `status_changes` (
	`revision_id` integer NOT NULL,
	`ordinal` integer NOT NULL,
	`measure_id` integer NOT NULL,
	`status` text NOT NULL,
	`edtf` text NOT NULL,
	`changed_sort` text NOT NULL,
	`note` text,
	`sort` text NOT NULL,
	`development_id` integer NOT NULL,
	`until_seq` integer NOT NULL,
	`retracted` integer NOT NULL,
	PRIMARY KEY(`revision_id`, `ordinal`),
	FOREIGN KEY (`revision_id`) REFERENCES `revisions`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`measure_id`) REFERENCES `developments`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`development_id`) REFERENCES `developments`(`id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `status_changes_by_measure` ON `status_changes` (`measure_id`,`changed_sort`,`development_id`,`revision_id`,`ordinal`,`until_seq`,`retracted`);
--> statement-breakpoint
CREATE TABLE `baselines` (
	`space` text NOT NULL,
	`key` text NOT NULL,
	`hash` text NOT NULL,
	PRIMARY KEY(`space`, `key`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `changes` (
	`seq` integer PRIMARY KEY NOT NULL,
	`batch` integer NOT NULL,
	`space` text NOT NULL,
	`record` text NOT NULL,
	`key` text NOT NULL,
	`revision` integer NOT NULL,
	`kind` text NOT NULL,
	`note` text,
	`at` integer NOT NULL,
	`by` text,
	`origin` text NOT NULL,
	`format` integer NOT NULL,
	`content` text NOT NULL,
	CONSTRAINT "changes_counted" CHECK("changes"."seq" > 0 and "changes"."batch" >= "changes"."seq" and "changes"."revision" > 0)
);
--> statement-breakpoint
CREATE INDEX `changes_by_batch` ON `changes` (`batch`);
--> statement-breakpoint
CREATE INDEX `changes_by_at` ON `changes` (`at`);
--> statement-breakpoint
CREATE UNIQUE INDEX `changes_space_key_revision_unique` ON `changes` (`space`,`key`,`revision`);
--> statement-breakpoint
CREATE TABLE `epochs` (
	`epoch` text PRIMARY KEY NOT NULL,
	`born_at` integer NOT NULL,
	`honoured_up_to` integer
);
--> statement-breakpoint
CREATE TABLE `loads` (
	`space` text NOT NULL,
	`key` text NOT NULL,
	`hash` text NOT NULL,
	`revision` integer NOT NULL,
	PRIMARY KEY(`space`, `key`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `projection` (
	`id` integer PRIMARY KEY NOT NULL,
	`projected_with` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `tokens` (
	`name` text PRIMARY KEY NOT NULL,
	`hash` text NOT NULL,
	`scope` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer,
	`revoked_at` integer,
	`last_used_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `tokens_hash_unique` ON `tokens` (`hash`);
--> statement-breakpoint
CREATE TABLE `actor_aliases` (
	`actor_id` integer NOT NULL,
	`ordinal` integer NOT NULL,
	`alias` text NOT NULL,
	PRIMARY KEY(`actor_id`, `ordinal`),
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `actor_identifiers` (
	`actor_id` integer NOT NULL,
	`ordinal` integer NOT NULL,
	`scheme` text NOT NULL,
	`value` text NOT NULL,
	PRIMARY KEY(`actor_id`, `ordinal`),
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `actor_words` (
	`actor_id` integer PRIMARY KEY NOT NULL,
	`words` text NOT NULL,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `actors` (
	`id` integer PRIMARY KEY NOT NULL,
	`key` text NOT NULL,
	`revision` integer NOT NULL,
	`changed_seq` integer NOT NULL,
	`name` text NOT NULL,
	`kind` text NOT NULL,
	`country` text,
	`description` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `actors_key_unique` ON `actors` (`key`);
--> statement-breakpoint
CREATE INDEX `actors_by_name` ON `actors` (`name`,`id`);
--> statement-breakpoint
CREATE TABLE `affiliation_sources` (
	`actor_id` integer NOT NULL,
	`affiliation` integer NOT NULL,
	`ordinal` integer NOT NULL,
	`source_id` integer NOT NULL,
	PRIMARY KEY(`actor_id`, `affiliation`, `ordinal`),
	FOREIGN KEY (`source_id`) REFERENCES `sources`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`,`affiliation`) REFERENCES `affiliations`(`actor_id`,`ordinal`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `affiliations` (
	`actor_id` integer NOT NULL,
	`ordinal` integer NOT NULL,
	`organisation_id` integer NOT NULL,
	`relation` text NOT NULL,
	`office` text,
	`edtf` text,
	`earliest` text,
	`latest` text,
	PRIMARY KEY(`actor_id`, `ordinal`),
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`organisation_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `affiliations_by_organisation` ON `affiliations` (`organisation_id`,`actor_id`,`ordinal`);
--> statement-breakpoint
CREATE TABLE `central_claims` (
	`dispute_id` integer PRIMARY KEY NOT NULL,
	`claim_id` integer NOT NULL,
	FOREIGN KEY (`dispute_id`) REFERENCES `disputes`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`claim_id`) REFERENCES `claims`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `central_claims_by_claim` ON `central_claims` (`claim_id`);
--> statement-breakpoint
CREATE TABLE `claim_relation_sources` (
	`claim_id` integer NOT NULL,
	`relation` integer NOT NULL,
	`ordinal` integer NOT NULL,
	`source_id` integer NOT NULL,
	PRIMARY KEY(`claim_id`, `relation`, `ordinal`),
	FOREIGN KEY (`source_id`) REFERENCES `sources`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`claim_id`,`relation`) REFERENCES `claim_relations`(`claim_id`,`ordinal`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `claim_relations` (
	`claim_id` integer NOT NULL,
	`ordinal` integer NOT NULL,
	`relation` text NOT NULL,
	`other_id` integer NOT NULL,
	PRIMARY KEY(`claim_id`, `ordinal`),
	FOREIGN KEY (`claim_id`) REFERENCES `claims`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`other_id`) REFERENCES `claims`(`id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `claim_relations_by_other` ON `claim_relations` (`other_id`,`claim_id`,`ordinal`);
--> statement-breakpoint
CREATE TABLE `claims` (
	`id` integer PRIMARY KEY NOT NULL,
	`key` text NOT NULL,
	`revision` integer NOT NULL,
	`changed_seq` integer NOT NULL,
	`dispute_id` integer NOT NULL,
	`proposition` text NOT NULL,
	FOREIGN KEY (`dispute_id`) REFERENCES `disputes`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `claims_key_unique` ON `claims` (`key`);
--> statement-breakpoint
CREATE INDEX `claims_by_dispute` ON `claims` (`dispute_id`,`id`);
--> statement-breakpoint
CREATE TABLE `demand_actors` (
	`demand_id` integer NOT NULL,
	`side` text NOT NULL,
	`ordinal` integer NOT NULL,
	`actor_id` integer NOT NULL,
	PRIMARY KEY(`demand_id`, `side`, `ordinal`),
	FOREIGN KEY (`demand_id`) REFERENCES `demands`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `demands` (
	`id` integer PRIMARY KEY NOT NULL,
	`key` text NOT NULL,
	`revision` integer NOT NULL,
	`changed_seq` integer NOT NULL,
	`dispute_id` integer NOT NULL,
	`text` text NOT NULL,
	`remedy` text NOT NULL,
	FOREIGN KEY (`dispute_id`) REFERENCES `disputes`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `demands_key_unique` ON `demands` (`key`);
--> statement-breakpoint
CREATE INDEX `demands_by_dispute` ON `demands` (`dispute_id`,`id`);
--> statement-breakpoint
CREATE TABLE `dispute_changes` (
	`dispute_id` integer NOT NULL,
	`seq` integer NOT NULL,
	PRIMARY KEY(`dispute_id`, `seq`),
	FOREIGN KEY (`dispute_id`) REFERENCES `disputes`(`id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `dispute_parties` (
	`dispute_id` integer NOT NULL,
	`ordinal` integer NOT NULL,
	`actor_id` integer NOT NULL,
	PRIMARY KEY(`dispute_id`, `ordinal`),
	FOREIGN KEY (`dispute_id`) REFERENCES `disputes`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `dispute_phases` (
	`dispute_id` integer NOT NULL,
	`ordinal` integer NOT NULL,
	`label` text NOT NULL,
	`edtf` text NOT NULL,
	`summary` text NOT NULL,
	PRIMARY KEY(`dispute_id`, `ordinal`),
	FOREIGN KEY (`dispute_id`) REFERENCES `disputes`(`id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `dispute_precedents` (
	`dispute_id` integer NOT NULL,
	`ordinal` integer NOT NULL,
	`precedent_id` integer NOT NULL,
	PRIMARY KEY(`dispute_id`, `ordinal`),
	FOREIGN KEY (`dispute_id`) REFERENCES `disputes`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`precedent_id`) REFERENCES `disputes`(`id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `dispute_sources` (
	`dispute_id` integer NOT NULL,
	`source_id` integer NOT NULL,
	`published` text NOT NULL,
	PRIMARY KEY(`dispute_id`, `source_id`),
	FOREIGN KEY (`dispute_id`) REFERENCES `disputes`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`source_id`) REFERENCES `sources`(`id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `dispute_sources_by_published` ON `dispute_sources` (`dispute_id`,`published`,`source_id`);
--> statement-breakpoint
CREATE INDEX `dispute_sources_by_source` ON `dispute_sources` (`source_id`);
--> statement-breakpoint
CREATE TABLE `disputes` (
	`id` integer PRIMARY KEY NOT NULL,
	`key` text NOT NULL,
	`revision` integer NOT NULL,
	`changed_seq` integer NOT NULL,
	`title` text NOT NULL,
	`summary` text NOT NULL,
	`period` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `disputes_key_unique` ON `disputes` (`key`);
--> statement-breakpoint
CREATE TABLE `phase_sources` (
	`dispute_id` integer NOT NULL,
	`phase` integer NOT NULL,
	`ordinal` integer NOT NULL,
	`source_id` integer NOT NULL,
	PRIMARY KEY(`dispute_id`, `phase`, `ordinal`),
	FOREIGN KEY (`source_id`) REFERENCES `sources`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`dispute_id`,`phase`) REFERENCES `dispute_phases`(`dispute_id`,`ordinal`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `place_identifiers` (
	`place_id` integer NOT NULL,
	`ordinal` integer NOT NULL,
	`scheme` text NOT NULL,
	`value` text NOT NULL,
	PRIMARY KEY(`place_id`, `ordinal`),
	FOREIGN KEY (`place_id`) REFERENCES `places`(`id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `places` (
	`id` integer PRIMARY KEY NOT NULL,
	`key` text NOT NULL,
	`revision` integer NOT NULL,
	`changed_seq` integer NOT NULL,
	`name` text NOT NULL,
	`country` text,
	`latitude` real,
	`longitude` real
);
--> statement-breakpoint
CREATE UNIQUE INDEX `places_key_unique` ON `places` (`key`);
--> statement-breakpoint
CREATE INDEX `places_by_name` ON `places` (`name`,`id`);
--> statement-breakpoint
CREATE TABLE `sources` (
	`id` integer PRIMARY KEY NOT NULL,
	`key` text NOT NULL,
	`revision` integer NOT NULL,
	`changed_seq` integer NOT NULL,
	`title` text NOT NULL,
	`outlet_id` integer,
	`republished_by_id` integer,
	`genre` text NOT NULL,
	`note` text,
	`author` text,
	`url` text,
	`archive_url` text,
	`published` text,
	`published_note` text,
	`published_by` text,
	`accessed` text,
	`language` text NOT NULL,
	`reliability` text NOT NULL,
	FOREIGN KEY (`outlet_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`republished_by_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `sources_key_unique` ON `sources` (`key`);
--> statement-breakpoint
CREATE INDEX `sources_by_outlet` ON `sources` (`outlet_id`,`id`);
--> statement-breakpoint
CREATE INDEX `sources_by_reliability` ON `sources` (`reliability`,`id`);
--> statement-breakpoint
CREATE INDEX `sources_by_published` ON `sources` (`published_by`,`id`);
--> statement-breakpoint
-- Everything from here on is written by hand; drizzle-kit knows no virtual tables. The full-text indexes hold folded words, already
-- separated: the `ascii` tokenizer splits at ASCII punctuation only. A rowid is the id of a revision, an actor, a
-- dispute or a place.
CREATE VIRTUAL TABLE `development_text` USING fts5(`headline`, `summary`, `quotes`, content='', contentless_delete=1, tokenize="ascii");
--> statement-breakpoint
CREATE VIRTUAL TABLE `actor_names` USING fts5(`names`, content='', contentless_delete=1, tokenize="ascii");
--> statement-breakpoint
CREATE VIRTUAL TABLE `dispute_names` USING fts5(`names`, content='', contentless_delete=1, tokenize="ascii");
--> statement-breakpoint
CREATE VIRTUAL TABLE `place_names` USING fts5(`names`, content='', contentless_delete=1, tokenize="ascii");
--> statement-breakpoint
-- Reads the words of `development_text`, one row for each of their instances.
CREATE VIRTUAL TABLE `text_terms` USING fts5vocab(`development_text`, `instance`);
