// What Redis itself does, each in one step: append, and open. Keys, as `KEYS`: the record (hash), the log (stream), the
// ids (hash), the ids in the order of their seqs (list), the ends of older generations (hash).

/**
 * The life of this server's data, which changes with a restart and with a promotion, as `run_id` does not; and nothing of
 * a replica, which may lag. It is looked at in the script, because a connection outlives a demotion.
 */
const LIFE = `
local function life()
  local info = redis.call('INFO', 'replication')
  if not string.find(info, 'role:master', 1, true) then return nil end
  return string.match(info, 'master_replid:(%x+)')
end
local function decimal(number) return string.format('%.0f', number) end
`;

/**
 * ARGV: generation, the time of day and the clock of ids in ms (both empty: Redis's own), the ids of messages that are
 * no longer kept to remember at the most; then id, digest and JSON of each draft.
 * Returns `{word}` where nothing was done; else `ok` and, for each draft, seq, at, and 1 for a duplicate; seq 0: conflict.
 */
export const APPEND = `${LIFE}
local record, log, ids, order = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local have = redis.call('HMGET', record, 'generation', 'life', 'head', 'at', 'retain', 'window')
if not have[1] then return {'no-log'} end
local now_living = life()
if not now_living then return {'replica'} end
if now_living ~= have[2] then return {'other-life'} end
if have[1] ~= ARGV[1] then return {'other-generation'} end
local head, at, retain, window = tonumber(have[3]), tonumber(have[4]), tonumber(have[5]), tonumber(have[6])
local time = redis.call('TIME')
local today = time[1] * 1000 + math.floor(time[2] / 1000)
local now = tonumber(ARGV[2]) or today
local clock = tonumber(ARGV[3]) or today
local first, drafts = 5, (#ARGV - 4) / 3
for _ = 1, 2 * drafts + 10 do
  local oldest = redis.call('LINDEX', order, 0)
  if not oldest then break end
  local seq, taken = string.match(redis.call('HGET', ids, oldest) or '0 0 0 ', '^(%d+) %d+ (%d+) ')
  if tonumber(seq) > head - retain or clock - tonumber(taken) <= window then break end
  redis.call('LPOP', order)
  redis.call('HDEL', ids, oldest)
end
if redis.call('LLEN', order) - math.min(head, retain) + drafts > tonumber(ARGV[4]) then return {'many-ids'} end
if at - now > ${86_400_000} then at = now else at = math.max(at, now) end
local results = {'ok'}
local before = head
for draft = 1, drafts do
  local id, digest, json = ARGV[first], ARGV[first + 1], ARGV[first + 2]
  first = first + 3
  local known = redis.call('HGET', ids, id)
  if known then
    local seq, stamped, _, same = string.match(known, '^(%d+) (%d+) (%d+) (.*)$')
    if same == digest then results[draft + 1] = {tonumber(seq), tonumber(stamped), 1}
    else results[draft + 1] = {0, 0, 0} end
  else
    head = head + 1
    redis.call('XADD', log, decimal(head) .. '-0', 'g', ARGV[1], 'a', decimal(at), 'm', json)
    redis.call('HSET', ids, id, decimal(head) .. ' ' .. decimal(at) .. ' ' .. decimal(clock) .. ' ' .. digest)
    redis.call('RPUSH', order, id)
    results[draft + 1] = {head, at, 0}
  end
end
if head > before then
  redis.call('HSET', record, 'head', decimal(head), 'at', decimal(at))
  if head > retain then redis.call('XTRIM', log, 'MINID', '~', decimal(head - retain + 1)) end
end
return results
`;

/**
 * ARGV: what a new log would get: epoch, secret, retain, window; and the name of a new generation, which begins at the
 * head where the life of the data is another one than the record's. Returns `{word}`, or `ok` and the record: epoch,
 * generation, head, secret, retain, window, and the older generations, each with the last seq of it that is still good.
 */
export const OPEN = `${LIFE}
local record, gens = KEYS[1], KEYS[5]
local now_living = life()
if not now_living then return {'replica'} end
local have = redis.call('HMGET', record, 'generation', 'life', 'head', 'retain')
if not have[1] then
  redis.call('DEL', KEYS[2], KEYS[3], KEYS[4], gens)
  redis.call('HSET', record, 'epoch', ARGV[1], 'secret', ARGV[2], 'retain', ARGV[3], 'window', ARGV[4],
    'generation', ARGV[5], 'life', now_living, 'head', 0, 'at', 0)
elseif have[2] ~= now_living then
  local head = tonumber(have[3])
  local ends = redis.call('HGETALL', gens)
  for index = 1, #ends, 2 do
    local last = math.min(tonumber(ends[index + 1]), head)
    if last < head - tonumber(have[4]) then redis.call('HDEL', gens, ends[index])
    else redis.call('HSET', gens, ends[index], decimal(last)) end
  end
  redis.call('HSET', gens, have[1], decimal(head))
  redis.call('HSET', record, 'generation', ARGV[5], 'life', now_living)
end
local all = redis.call('HMGET', record, 'epoch', 'generation', 'head', 'secret', 'retain', 'window')
table.insert(all, 1, 'ok')
local older = redis.call('HGETALL', gens)
for index = 1, #older do all[index + 7] = older[index] end
return all
`;
