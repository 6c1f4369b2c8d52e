// The API as a person signed in would ask it, for what a journey prepares and verifies.
import assert from 'node:assert/strict'

/** Signs in and answers `get` and `post`, which fail the journey on any refusal. */
export async function signedIn(base, login, password) {
  const headers = { 'Content-Type': 'application/json', 'X-Requested-With': 'anbiao', 'Accept-Language': 'zh-CN' }
  const opened = await fetch(`${base}/api/account/sessions`, { method: 'POST', headers, body: JSON.stringify({ login, password }) })
  assert.ok(opened.ok, `${login} signs in: ${opened.status}`)
  const cookie = opened.headers.getSetCookie().map((one) => one.split(';')[0]).join('; ')
  const ask = async (method, path, body) => {
    const answer = await fetch(`${base}/api${path}`, { method, headers: { ...headers, cookie }, ...(body ? { body: JSON.stringify(body) } : {}) })
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${answer.ok ? '' : await answer.text()}`)
    return answer.json()
  }
  return { get: (path) => ask('GET', path), post: (path, body) => ask('POST', path, body) }
}

/** All rows of a list, page by page. */
export async function rows(api, path) {
  const all = []
  for (let next = ''; ; ) {
    const page = await api.get(`${path}${path.includes('?') ? '&' : '?'}limit=100${next ? `&cursor=${encodeURIComponent(next)}` : ''}`)
    all.push(...page.items)
    next = page.next
    if (!next) return all
  }
}
