import { type Database, query } from './postgres.ts'

/** Takes the changes after a seq from a log, as restoring PostgreSQL from a backup does, and puts it back. */
export async function putBack({ superuser }: Database, upTo: number): Promise<void> {
  const text = `begin; delete from demarche.changes where seq > ${upTo};
    update demarche.log set (seq, at) = (select seq, at from demarche.changes order by seq desc limit 1);
    select demarche.put_back(${upTo}); commit`
  await query(superuser, text)
}
