// Stands between the phone and the server and interrupts what it is told to: before the server sees a request, in the
// middle of it, or after the server did what was asked and before the phone hears of it.
import http from 'node:http'

/** How a request may be interrupted. */
export const WAYS = ['before', 'torn', 'after', 'error']

function forward(target, request, body, { half = false } = {}) {
  return new Promise((done, fail) => {
    const { hostname, port } = new URL(target)
    const headers = { ...request.headers, host: request.headers.host, ...(body.length ? { 'content-length': body.length } : {}) }
    delete headers['transfer-encoding']
    const out = http.request({ hostname, port, method: request.method, path: request.url, headers, agent: false }, (answer) => {
      const parts = []
      answer.on('data', (part) => parts.push(part))
      answer.on('end', () => done({ status: answer.statusCode, headers: answer.rawHeaders, body: Buffer.concat(parts) }))
      answer.on('error', fail)
    })
    out.on('error', fail)
    if (!half) return out.end(body)
    out.write(body.subarray(0, Math.ceil(body.length / 2)), () => out.destroy(new Error('torn')))
  })
}

/** A proxy in front of `target`. `choose(request)` answers one of WAYS, or undefined to let it pass. */
export async function proxy(target, choose) {
  const server = http.createServer(async (request, response) => {
    try {
      const parts = []
      for await (const part of request) parts.push(part)
      const body = Buffer.concat(parts)
      const way = choose(request)
      if (way === 'before') return request.socket.destroy()
      if (way === 'error') return response.writeHead(502, { 'Content-Type': 'text/html' }).end('<h1>Bad gateway</h1>')
      const answer = await forward(target, request, body, { half: way === 'torn' && body.length > 1 })
      if (way === 'after' || way === 'torn') return request.socket.destroy()
      response.writeHead(answer.status, answer.headers)
      response.end(answer.body)
    } catch {
      request.socket.destroy() // the server is away: so is the network
    }
  })
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready))
  return {
    address: `http://127.0.0.1:${server.address().port}`,
    close: () => new Promise((done) => {
      server.close(done)
      server.closeAllConnections()
    }),
  }
}
