import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { api, onConfirm } from './client'
import { ApiError } from './problem'

const refusal = () => new Response(JSON.stringify({ status: 403, code: 'rbac.confirm', title: '', detail: '' }), { status: 403, headers: { 'Content-Type': 'application/problem+json' } })
const made = () => new Response(JSON.stringify({ id: '7' }), { status: 201, headers: { 'Content-Type': 'application/json' } })

describe('an action that wants a confirmation', () => {
  const sent: { key: string | null; text: string }[] = []
  let answers: (() => Response)[] = []

  beforeEach(() => {
    sent.length = 0
    vi.stubGlobal('fetch', async (request: Request) => {
      sent.push({ key: request.headers.get('Idempotency-Key'), text: await request.text() })
      return answers.shift()!()
    })
  })
  afterEach(() => vi.unstubAllGlobals())

  const invite = () => api.POST('/api/account/invitations', { body: { name: '李工', roles: ['worker'] } })

  it('is sent again as it was once the person has confirmed', async () => {
    answers = [refusal, made]
    onConfirm(() => Promise.resolve(true))
    await invite()
    expect(sent).toHaveLength(2)
    expect(sent[1]).toEqual(sent[0])
    expect(sent[0]!.text).toContain('李工')
  })

  it('is refused where the person would not', async () => {
    answers = [refusal]
    onConfirm(() => Promise.resolve(false))
    await expect(invite()).rejects.toThrow(ApiError)
    expect(sent).toHaveLength(1)
  })

  it('is not asked about twice in a row', async () => {
    answers = [refusal, refusal]
    onConfirm(() => Promise.resolve(true))
    await expect(invite()).rejects.toThrow(ApiError)
    expect(sent).toHaveLength(2)
  })
})
