import { afterEach, describe, expect, it, vi } from 'vitest'
import { listen, parse, type Heard } from './stream'

afterEach(() => vi.unstubAllGlobals())

function answering(...pieces: string[]): void {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece))
      controller.close()
    },
  })
  vi.stubGlobal('fetch', vi.fn().mockResolvedValue({ ok: true, status: 200, body }))
}

describe('listen', () => {
  it('reads events however they are cut', async () => {
    answering('id: 7\nevent: notices\nda', 'ta: {"unread":2}\n', '\n: \n\nid: 8\ndata: {"unread":3}\n\n')
    const heard: Heard[] = []
    expect(await listen('/x', { signal: new AbortController().signal, language: 'en', last: '6', hear: (one) => heard.push(one) })).toBe('ended')
    expect(heard).toEqual([{ id: '7', event: 'notices', data: { unread: 2 } }, { id: '8', event: 'message', data: { unread: 3 } }])
    const headers = vi.mocked(fetch).mock.calls[0]?.[1]?.headers
    expect(headers).toMatchObject({ 'Last-Event-ID': '6', 'Accept-Language': 'en' })
  })

  it('tells a refusal from an end', async () => {
    const options = { signal: new AbortController().signal, language: 'en', hear: () => undefined }
    vi.stubGlobal('fetch', vi.fn().mockResolvedValue({ ok: false, status: 429, body: null }))
    expect(await listen('/x', options)).toBe('refused')
    vi.stubGlobal('fetch', vi.fn().mockResolvedValue({ ok: false, status: 503, body: null }))
    expect(await listen('/x', options)).toBe('ended')
    vi.stubGlobal('fetch', vi.fn().mockRejectedValue(new TypeError('no network')))
    expect(await listen('/x', options)).toBe('ended')
  })

  it('takes a sign of life for none', () => expect(parse(': ')).toBeUndefined())
})
