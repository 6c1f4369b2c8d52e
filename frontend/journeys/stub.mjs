// A tiny stand-in for the server: the built site under the real content security policy, and just
// enough of the account API to sign in. For looking at the shell while no server runs.
import fs from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const site = fileURLToPath(new URL('../../frontend-dist/site', import.meta.url))
const types = { '.js': 'text/javascript', '.css': 'text/css', '.html': 'text/html; charset=utf-8', '.svg': 'image/svg+xml', '.woff2': 'font/woff2' }
export const POLICY = "default-src 'self'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' blob: data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"

const me = {
  person: { id: '1', login: 'safety', name: '陈安全', phone: '13800000001', email: '', lang: 'zh-CN', mustChange: false, totp: false },
  membership: { id: '1', kind: 'company', organisation: '永康市宏达五金制造有限公司', roles: ['safety'] },
  memberships: [
    { id: '1', kind: 'company', organisation: '永康市宏达五金制造有限公司', roles: ['safety'] },
    { id: '2', kind: 'service', organisation: '金华安信安全技术服务有限公司', roles: ['consultant'] },
  ],
  actions: [],
  home: 'safety',
  serving: '',
  areas: [],
}

const problem = (status, code, detail, errors = []) => [status, { status, code, title: '', detail, errors }]

function answer(method, address, body, signedIn) {
  if (method === 'POST' && address === '/api/account/sessions') {
    if (body.password !== 'anbiao-demo-2026') return problem(401, 'account.bad-credentials', '账号或密码不正确')
    if (body.login === 'totp' && !body.code) return problem(401, 'account.totp-required', '请输入动态验证码')
    return [200, me]
  }
  if (address === '/api/account/login-tip') return [200, { demo: false }]
  if (!signedIn) return problem(401, 'http.unauthenticated', '请先登录')
  if (address === '/api/account/me') return [200, me]
  if (address === '/api/account/sessions/current') return [200, {}]
  if (address === '/api/account/sessions') return [200, { items: [{ id: '1', current: true, address: '127.0.0.1', agent: 'Chromium 156 · Linux', createdAt: '2026-03-01T01:00:00Z', seenOn: '2026-03-01', expiresAt: '2026-03-15T01:00:00Z', way: 'password' }, { id: '2', current: false, address: '10.0.0.8', agent: 'Safari · iPhone', createdAt: '2026-02-27T01:00:00Z', seenOn: '2026-02-28', expiresAt: '2026-03-13T01:00:00Z', way: 'password+totp' }] }]
  if (address === '/api/account/refusals') return [200, { items: [{ at: '2026-03-01T00:58:00Z', kind: 'sign-in', what: 'account.credentials', address: '10.0.0.9', times: 3 }] }]
  if (address === '/api/notice/unread') return [200, { unread: 3 }]
  if (address === '/api/account/tokens') return [200, { items: [] }]
  return problem(404, 'http.not-found', '没有找到')
}

function file(address) {
  const wanted = path.join(site, path.normalize(address))
  if (wanted.startsWith(site) && fs.existsSync(wanted) && fs.statSync(wanted).isFile()) return wanted
  return path.join(site, address.startsWith('/field') ? 'field/index.html' : 'index.html')
}

export async function stub(port = 0) {
  const server = http.createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost')
    response.setHeader('Content-Security-Policy', POLICY)
    if (!pathname.startsWith('/api/')) {
      const name = file(pathname)
      response.setHeader('Content-Type', types[path.extname(name)] ?? 'application/octet-stream')
      response.end(fs.readFileSync(name))
      return
    }
    let text = ''
    for await (const chunk of request) text += chunk
    const [status, body] = answer(request.method, pathname, text ? JSON.parse(text) : {}, /session=1/.test(request.headers.cookie ?? ''))
    if (request.method === 'POST' && pathname.endsWith('/sessions') && status === 200) response.setHeader('Set-Cookie', 'session=1; Path=/; HttpOnly; SameSite=Lax')
    if (pathname.endsWith('/current')) response.setHeader('Set-Cookie', 'session=; Path=/; Max-Age=0')
    response.writeHead(status, { 'Content-Type': status < 400 ? 'application/json' : 'application/problem+json' })
    response.end(JSON.stringify(body))
  })
  await new Promise((ready) => server.listen(port, '127.0.0.1', ready))
  return { address: `http://127.0.0.1:${server.address().port}`, close: () => server.close() }
}
