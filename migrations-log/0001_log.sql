-- The log that many nodes share. `demarche log create` and `demarche log migrate` run each file of this folder once, in a transaction of its
-- own, as a user who may create roles and schemas in the database. Nodes never do: their role may read, and call the functions granted below.

do $$
declare
  name text;
  may text;
begin
  foreach name in array array['demarche_owner', 'demarche_node', 'demarche_admin'] loop
    if not exists (select 1 from pg_roles where rolname = name) then execute format('create role %I login', name); end if;
  end loop;
  -- From PostgreSQL 16 on, the role that creates another one is a member that may not act as it.
  may := case when current_setting('server_version_num')::integer < 160000 then 'member' else 'set' end;
  if not pg_has_role(current_user, 'demarche_owner', may) then grant demarche_owner to current_user; end if;
end $$;

create schema demarche authorization demarche_owner;
set local role demarche_owner;
set local search_path = demarche;

-- One row: the head of the log, and the lock under which it moves.
create table log (
  one boolean primary key default true check (one),
  id uuid not null default gen_random_uuid(),
  version integer not null,               -- of these tables
  serves integer not null,                -- the earliest version of these tables whose nodes can work with them
  format integer not null,                -- the highest format of contents that may be written
  seq bigint not null default 0,
  at bigint not null default 0,           -- as all instants here: milliseconds since 1970
  settled bigint not null default 0       -- no change is dated before it any more
);
insert into log (version, serves, format) values (1, 1, 1);

create table epochs (epoch text primary key, born_at bigint not null, honoured_up_to bigint);

create table changes (
  seq bigint primary key,
  batch bigint not null check (batch >= seq),
  space text collate "C" not null,
  record text collate "C" not null,
  key text collate "C" not null,
  revision integer not null check (revision > 0),
  kind text collate "C" not null,
  note text collate "C",
  at bigint not null,
  by text collate "C",
  origin text collate "C" not null,
  format integer not null,
  content text collate "C" not null,      -- canonical JSON, byte for byte: never a JSON type
  unique (space, key, revision)
);
alter table changes alter column content set storage external;

-- Appends by their names, for a day. The name of an append with an idempotency key follows from the key.
create table appends (
  id uuid primary key,
  hash text,
  answer_seq bigint,
  plan text,
  first bigint not null,
  last bigint not null,
  at bigint not null
);
create index appends_by_at on appends (at);

create table tokens (
  number bigint generated always as identity,
  name text collate "C" primary key,
  hash text collate "C" not null unique,
  scope text collate "C" not null,
  created_at bigint not null,
  expires_at bigint,
  revoked_at bigint,
  last_used_at bigint
);

-- What each process of a node last said of itself. Only `demarche log` reads it.
create table nodes (
  name text collate "C",
  process uuid,
  version text not null,
  projected_with text not null,
  format integer not null,                -- the highest that it reads
  seq bigint not null,
  at bigint not null,
  change text collate "C" not null,
  seen_at bigint not null,
  primary key (name, process)
);

create function now_ms() returns bigint language sql volatile as $$ select floor(extract(epoch from clock_timestamp()) * 1000)::bigint $$;

insert into epochs (epoch, born_at) values (gen_random_uuid()::text, now_ms());

-- The only way in. A refusal is an outcome: if it were raised, it would fill the server's log. `seq` and the head are counted under the lock of
-- the one row, which is held until what is appended can be seen; so changes become visible in the order of their seqs.
create function append(
  p_id uuid, p_hash text, p_answer_seq bigint, p_plan text,
  p_known_seq bigint, p_known_at bigint, p_known_change text, p_at bigint, p_by text, p_origin text, p_format integer,
  p_batch_end integer[], p_space text[], p_record text[], p_key text[], p_revision integer[], p_kind text[], p_note text[], p_content text[]
) returns table (outcome text, first_seq bigint, last_seq bigint, logged_at bigint, moved json, head_seq bigint, log_now bigint)
language plpgsql security definer volatile set search_path = demarche, pg_temp as $$
#variable_conflict use_column
declare
  head record;
  former record;
  added integer := cardinality(p_space);
begin
  select l.seq, greatest(l.at, l.settled) as at, l.format into head from log l for update;
  log_now := now_ms();
  head_seq := head.seq;
  delete from appends a where a.at <= log_now - 86400000;
  select * into former from appends a where a.id = p_id;
  if found then
    -- Another node may have planned the same request on another state of the record: an answer alone, where the first one appended changes, or
    -- the other way round. A redaction has forgotten the hash: only who may have offered it before the redaction can know that it is the same.
    outcome := case
      when former.hash is null and p_hash is not null and p_known_seq < former.first then 'forgotten'
      when former.hash is distinct from p_hash then 'reused'
      when added = 0 and (former.answer_seq, former.plan) is distinct from (p_answer_seq, p_plan) or added > 0 and former.last < former.first
        then 'answered'
      else 'found'
    end;
    first_seq := former.first;
    last_seq := former.last;
    logged_at := former.at;
    return next;
    return;
  end if;
  if log_now - p_at > 86400000 then
    outcome := 'clock';
    return next;
    return;
  end if;
  if p_format > head.format then
    outcome := 'format';
    return next;
    return;
  end if;
  if p_known_seq > head.seq
    or p_known_seq > 0 and not exists (select 1 from changes c where c.seq = p_known_seq and c.at = p_known_at
      and c.batch || ' ' || c.space || ' ' || c.key || ' ' || c.revision || ' ' || c.kind = p_known_change) then
    outcome := 'diverged';
    return next;
    return;
  end if;
  select json_agg(json_build_object('space', c.space, 'key', c.key, 'currentRevision',
      (select max(m.revision) from changes m where m.space = c.space and m.key = c.key))) into moved
    from unnest(p_space, p_key, p_revision) o (space, key, revision)
    join changes c on c.space = o.space and c.key = o.key and c.revision = o.revision;
  if moved is not null then
    outcome := 'moved';
    return next;
    return;
  end if;
  outcome := 'appended';
  logged_at := case when p_at between greatest(head.at, log_now - 1000) and log_now then p_at else greatest(head.at, log_now) end;
  first_seq := head.seq + 1;
  last_seq := head.seq + added;
  head_seq := last_seq;
  if added > 0 then
    insert into changes (seq, batch, space, record, key, revision, kind, note, at, by, origin, format, content)
      select head.seq + o.place, head.seq + o.batch_end, o.space, o.record, o.key, o.revision, o.kind, o.note, logged_at, p_by,
        p_origin, p_format, o.content
      from unnest(p_batch_end, p_space, p_record, p_key, p_revision, p_kind, p_note, p_content)
        with ordinality o (batch_end, space, record, key, revision, kind, note, content, place);
    update log l set seq = last_seq, at = logged_at;
    perform pg_notify('demarche', last_seq::text);
  end if;
  insert into appends values (
    p_id, p_hash, case when added > 0 then coalesce(p_answer_seq, last_seq) else p_answer_seq end, p_plan, first_seq, last_seq, logged_at);
  return next;
end $$;

-- Commits something behind an append: its commit waits for the standby that the append may not have waited for to the end.
create function confirm(p_id uuid) returns void
language sql security definer volatile set search_path = demarche, pg_temp as $$
  select 1 from appends a where a.id = p_id for update;
$$;

-- The head, and an instant before which everything has been recorded that ever will be: also what is under way, and may wait for a standby
-- between its number and its commit, is dated no earlier.
create function standing() returns table (
  id uuid, version integer, serves integer, format integer, seq bigint, at bigint, epochs json, now bigint, settled_before bigint)
language sql security definer volatile set search_path = demarche, pg_temp as $$
  select l.id, l.version, l.serves, l.format, l.seq, l.at,
      (select json_agg(json_build_object('epoch', e.epoch, 'bornAt', e.born_at, 'honouredUpTo', e.honoured_up_to)
        order by e.born_at, e.honoured_up_to is null) from epochs e),
      now_ms(), greatest(l.at, l.settled)
    from log l;
$$;

-- Settles what is a second old. The log remembers it: the clock may go back, as at a failover. Waits for nobody: while an append is under way,
-- nothing is settled. Nor is it by a clock that is more than a day ahead of what a node expects: all that comes after would be dated by it.
create function settle(p_now bigint) returns void
language plpgsql security definer volatile set search_path = demarche, pg_temp as $$
begin
  if now_ms() - p_now > 86400000 then return; end if;
  perform 1 from log for update skip locked;
  if found then update log l set settled = greatest(l.settled, now_ms() - 1000); end if;
end $$;

-- What an earlier process of a node said is forgotten when that is silent. Two that go on speaking under one name are two nodes.
create function seen(
  p_name text, p_process uuid, p_version text, p_projected_with text, p_format integer, p_seq bigint, p_at bigint, p_change text
) returns void
language sql security definer volatile set search_path = demarche, pg_temp as $$
  insert into nodes values (p_name, p_process, p_version, p_projected_with, p_format, p_seq, p_at, p_change, now_ms())
    on conflict (name, process) do update set version = excluded.version, projected_with = excluded.projected_with, format = excluded.format,
      seq = excluded.seq, at = excluded.at, change = excluded.change, seen_at = excluded.seen_at;
  delete from nodes n where n.seen_at < now_ms() - case when n.name = p_name then 30000 else 2592000000 end;
$$;

create function record_use(p_name text[], p_at bigint[]) returns void
language sql security definer volatile set search_path = demarche, pg_temp as $$
  select 1 from tokens t where t.name = any (p_name) order by t.name for update;
  update tokens t set last_used_at = greatest(coalesce(t.last_used_at, 0), o.at) from unnest(p_name, p_at) o (name, at) where t.name = o.name;
$$;

-- Whether the name was free.
create function create_token(p_name text, p_hash text, p_scope text, p_created_at bigint, p_expires_at bigint) returns boolean
language plpgsql security definer volatile set search_path = demarche, pg_temp as $$
begin
  insert into tokens (name, hash, scope, created_at, expires_at) values (p_name, p_hash, p_scope, p_created_at, p_expires_at)
    on conflict (name) do nothing;
  if not found then return false; end if;
  perform pg_notify('demarche', '');
  return true;
end $$;

-- Whether the token was valid until now.
create function revoke_token(p_name text, p_at bigint) returns boolean
language plpgsql security definer volatile set search_path = demarche, pg_temp as $$
begin
  update tokens t set revoked_at = p_at where t.name = p_name and t.revoked_at is null;
  if not found then return false; end if;
  perform pg_notify('demarche', '');
  return true;
end $$;

-- The names of nodes of the last day that cannot read the format; it is allowed if there are none.
create function allow_format(p_format integer) returns text[]
language plpgsql security definer volatile set search_path = demarche, pg_temp as $$
declare
  behind text[];
begin
  perform 1 from log for update;
  select coalesce(array_agg(distinct n.name order by n.name), '{}') into behind
    from nodes n where n.format < p_format and n.seen_at > now_ms() - 86400000;
  if behind = '{}' then update log l set format = p_format where l.format < p_format; end if;
  return behind;
end $$;

-- Removes what names the content of a record from the appends that recorded it or answered with it: what an import answered may quote it, and
-- every answer has a hash of the input. The id stays: an append whose answer was lost may be offered again.
create function forget_appends(p_space text, p_key text) returns void
language sql volatile set search_path = demarche, pg_temp as $$
  update appends a set hash = null, plan = null
    where exists (select 1 from changes c where c.space = p_space and c.key = p_key and (c.seq between a.first and a.last or c.seq = a.answer_seq));
  delete from appends a where a.plan is not null;
$$;

-- Blanks all revisions of a record, each with a content of its own, and appends the change that says so. Returns its seq; null if the record has
-- another number of revisions meanwhile.
create function redact(p_space text, p_key text, p_contents text[], p_format integer, p_text text, p_reason text) returns bigint
language plpgsql security definer volatile set search_path = demarche, pg_temp as $$
declare
  last integer := cardinality(p_contents);
  next_seq bigint;
  logged bigint;
begin
  perform 1 from log for update;
  select l.seq + 1, greatest(l.at, l.settled, now_ms()) into next_seq, logged from log l;
  if last is distinct from (select max(c.revision) from changes c where c.space = p_space and c.key = p_key) then return null; end if;
  update changes c set content = p_contents[c.revision], format = p_format, note = case when c.note is not null then p_text end
    where c.space = p_space and c.key = p_key;
  perform forget_appends(p_space, p_key);
  insert into changes (seq, batch, space, record, key, revision, kind, note, at, origin, format, content)
    select next_seq, next_seq, p_space, c.record, p_key, last + 1, 'REDACTED', p_reason, logged, 'REDACT', p_format, c.content
    from changes c where c.space = p_space and c.key = p_key and c.revision = last;
  update log l set seq = next_seq, at = logged;
  perform pg_notify('demarche', next_seq::text);
  return next_seq;
end $$;

-- Begins an epoch. Cursors of the one that ends are honoured up to a seq.
create function put_back(p_up_to bigint) returns void
language plpgsql security definer volatile set search_path = demarche, pg_temp as $$
begin
  perform 1 from log for update;
  update epochs e set honoured_up_to = least(coalesce(e.honoured_up_to, p_up_to), p_up_to);
  insert into epochs (epoch, born_at) values (gen_random_uuid()::text, now_ms());
  perform pg_notify('demarche', '');
end $$;

-- Puts changes that were lost back at their own seqs, behind a head that must still be the one that the caller compared with. A redaction among
-- them blanks the earlier revisions again, which the caller passes as the redaction left them.
create function recover(
  p_head bigint, p_seq bigint[], p_batch bigint[], p_space text[], p_record text[], p_key text[], p_revision integer[], p_kind text[],
  p_note text[], p_at bigint[], p_by text[], p_origin text[], p_format integer[], p_content text[],
  p_blank_seq bigint[], p_blank_format integer[], p_blank_note text[], p_blank_content text[]
) returns boolean
language plpgsql security definer volatile set search_path = demarche, pg_temp as $$
declare
  head record;
begin
  select l.seq, l.at into head from log l for update;
  if head.seq <> p_head or p_seq[1] is distinct from p_head + 1 or p_at[1] < head.at
    or cardinality(p_seq) <> p_seq[cardinality(p_seq)] - p_head or p_batch[cardinality(p_batch)] <> p_seq[cardinality(p_seq)] then
    return false;
  end if;
  insert into changes (seq, batch, space, record, key, revision, kind, note, at, by, origin, format, content)
    select * from unnest(p_seq, p_batch, p_space, p_record, p_key, p_revision, p_kind, p_note, p_at, p_by, p_origin, p_format, p_content);
  update changes c set format = b.format, note = b.note, content = b.content
    from unnest(p_space, p_key, p_kind) r (space, key, kind),
      unnest(p_blank_seq, p_blank_format, p_blank_note, p_blank_content) b (seq, format, note, content)
    where r.kind = 'REDACTED' and c.space = r.space and c.key = r.key and c.seq = b.seq;
  perform forget_appends(r.space, r.key) from unnest(p_space, p_key, p_kind) r (space, key, kind) where r.kind = 'REDACTED';
  update log l set seq = p_seq[cardinality(p_seq)], at = p_at[cardinality(p_at)];
  perform pg_notify('demarche', (p_seq[cardinality(p_seq)])::text);
  return true;
end $$;

-- Functions are executable by everybody by default.
revoke all on all functions in schema demarche from public;
grant usage on schema demarche to demarche_node, demarche_admin;
grant select on all tables in schema demarche to demarche_node, demarche_admin;
grant execute on function now_ms, standing, settle, append, confirm, seen, record_use to demarche_node;
grant execute on function now_ms, standing, create_token, revoke_token, record_use, allow_format, redact, put_back, recover to demarche_admin;
