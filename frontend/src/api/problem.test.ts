import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { sentence } from '@/parts/say'
import { asProblem, messagesByField, problemOf, OFFLINE, UNREADABLE, type Problem } from './problem'

const description = JSON.parse(readFileSync(join(process.cwd(), 'src/api/openapi.json'), 'utf8')) as {
  components: { schemas: Record<string, { properties?: { code?: { enum?: string[] } } }> }
}
const codes = description.components.schemas.WebProblem?.properties?.code?.enum ?? []

function problem(change: Partial<Problem>): Problem {
  return { status: 422, code: 'http.invalid', title: '', detail: '', requestId: '', errors: [], ...change }
}

describe('problem', () => {
  it('speaks for every code of the API: the text of the server passes through', () => {
    expect(codes.length).toBeGreaterThan(0)
    for (const code of codes) expect(sentence(problem({ code, detail: '服务器的话' }))).toBe('服务器的话')
  })

  it('has a sentence for every code even when the server sent no text', () => {
    for (const code of [...codes, OFFLINE, UNREADABLE]) expect(sentence(problem({ code })).length).toBeGreaterThan(3)
  })

  it('reads a problem document', async () => {
    const response = new Response(JSON.stringify({ code: 'hazard.own-work', detail: '不能验收', errors: [{ location: 'body.note', message: '必填' }] }), { status: 409, headers: { 'X-Request-Id': 'r1' } })
    expect(await problemOf(response)).toEqual({ status: 409, code: 'hazard.own-work', title: '', detail: '不能验收', requestId: 'r1', errors: [{ location: 'body.note', message: '必填' }] })
  })

  it('survives a page that is no problem document', async () => {
    const answer = await problemOf(new Response('<html>Bad gateway</html>', { status: 502 }))
    expect(answer).toMatchObject({ status: 502, code: UNREADABLE, errors: [] })
  })

  it('takes a broken connection for being offline', () => {
    expect(asProblem(new TypeError('failed to fetch'))).toMatchObject({ status: 0, code: OFFLINE })
  })

  it('places messages by field', () => {
    const messages = messagesByField(problem({ errors: [{ location: 'body.name', message: 'A' }, { location: 'body.name', message: 'B' }, { location: 'query.limit', message: 'C' }] }))
    expect(messages).toEqual({ name: 'A B', limit: 'C' })
  })
})
