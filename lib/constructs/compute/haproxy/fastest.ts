/** Name of the file that {@link haproxyConfiguration} loads for `fastest-response`. */
export const FASTEST_LUA = 'fastest.lua';

/**
 * Chooses the server whose answer is expected soonest: the smoothed time to its first byte, times the
 * requests that it has in hand and this one. Who has not answered yet is tried at once. What is remembered
 * of a server fades while it is not asked, and one request in fifty goes anywhere, so that a server that
 * became fast again is noticed at any rate of requests. HAProxy measures this time, but has no algorithm
 * that uses it.
 *
 * @param backend name of the backend
 * @see https://www.arpalert.org/src/haproxy-lua-api/2.6/index.html
 */
export function fastestLua(backend: string): string {
  return `local BACKEND = '${backend}'
-- Share of the newest answer in what is remembered of all.
local NEWEST = 0.2
-- One request in so many explores.
local EXPLORE = 50
-- Microseconds after which a third is left of what is remembered of a server that is not asked.
local FADES = 10000000
-- Smoothed microseconds to the first byte, and when the last was seen, by server.
local latency, seen = {}, {}

local function now()
  local time = core.now()
  return time.sec * 1000000 + time.usec
end

core.register_action('choose_fastest', { 'http-req' }, function(txn)
  local live, best, least, began = {}, nil, nil, now()
  for name, server in pairs(core.backends[BACKEND].servers) do
    local stats = server:get_stats()
    if string.sub(stats.status or '', 1, 2) == 'UP' then
      live[#live + 1] = name
      local expected = (latency[name] or 0) * math.exp(((seen[name] or began) - began) / FADES)
      local wait = expected * ((tonumber(stats.scur) or 0) + 1)
      if least == nil or wait < least then best, least = name, wait end
    end
  end
  if #live > 0 and math.random(EXPLORE) == 1 then best = live[math.random(#live)] end
  txn:set_var('txn.fastest', best or '')
  txn:set_var('txn.began', began)
end)

core.register_action('measure', { 'http-res' }, function(txn)
  local name, began = txn.f:srv_name(), txn:get_var('txn.began')
  if name == nil or name == '' or began == nil then return end
  seen[name] = now()
  local taken = seen[name] - began
  local before = latency[name] or taken
  latency[name] = before + NEWEST * (taken - before)
end)
`;
}
