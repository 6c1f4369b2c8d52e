import { describe, expect, it } from 'vitest'
import { ApiError } from '@/api/problem'
import { useIntent } from './useIntent'

function refusal(status: number): ApiError {
  return new ApiError({ status, code: 'x', title: '', detail: '', requestId: '', errors: [] })
}

async function attempt(intent: ReturnType<typeof useIntent>, content: unknown, keys: string[], failure?: Error): Promise<void> {
  await intent.run(content, (key) => {
    keys.push(key)
    return failure ? Promise.reject(failure) : Promise.resolve(true)
  }).catch(() => undefined)
}

describe('useIntent', () => {
  it('sends a double press once', async () => {
    const intent = useIntent()
    const keys: string[] = []
    await Promise.all([attempt(intent, 'a', keys), attempt(intent, 'a', keys)])
    expect(keys).toHaveLength(1)
  })

  it('keeps the key when the answer was lost', async () => {
    const intent = useIntent()
    const keys: string[] = []
    await attempt(intent, 'a', keys, new TypeError('network'))
    await attempt(intent, 'a', keys, refusal(502))
    await attempt(intent, 'a', keys)
    expect(new Set(keys).size).toBe(1)
  })

  it('takes a new key after success, after a refusal and for other content', async () => {
    const intent = useIntent()
    const keys: string[] = []
    await attempt(intent, 'a', keys)
    await attempt(intent, 'a', keys, refusal(422))
    await attempt(intent, 'a', keys, new TypeError('network'))
    await attempt(intent, 'b', keys)
    expect(new Set(keys).size).toBe(4)
  })
})
