/** One server-sent event. */
export interface Heard {
  id: string
  event: string
  data: unknown
}

/** How a stream came to its end. `refused`: the server does not want us, trying again would be useless for now. */
export type Ending = 'ended' | 'refused'

/** Silence after which a stream is taken for dead; the server gives a sign of life every 30 seconds. */
const SILENCE = 75_000

/**
 * Reads the events of an address until it ends or the signal aborts it. EventSource would not do: it sends no
 * language and tries a refusal for ever.
 */
export async function listen(path: string, options: { signal: AbortSignal; last?: string; language: string; hear: (heard: Heard) => void; opened?: () => void }): Promise<Ending> {
  const stop = new AbortController()
  const abort = (): void => stop.abort()
  options.signal.addEventListener('abort', abort, { once: true })
  let silence = setTimeout(abort, SILENCE)
  try {
    const answer = await fetch(path, {
      headers: { Accept: 'text/event-stream', 'X-Unattended': '1', 'Accept-Language': options.language, ...(options.last ? { 'Last-Event-ID': options.last } : {}) },
      credentials: 'same-origin', cache: 'no-store', signal: stop.signal,
    })
    if (!answer.ok || !answer.body) return answer.status >= 400 && answer.status < 500 ? 'refused' : 'ended'
    options.opened?.()
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader()
    let rest = ''
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return 'ended'
      clearTimeout(silence)
      silence = setTimeout(abort, SILENCE)
      const parts = (rest + value).split('\n\n')
      rest = parts.pop() ?? ''
      for (const part of parts) {
        const heard = parse(part)
        if (heard) options.hear(heard)
      }
    }
  } catch {
    return 'ended'
  } finally {
    clearTimeout(silence)
    options.signal.removeEventListener('abort', abort)
  }
}

/** One event as it stands between empty lines; nothing for a sign of life. */
export function parse(text: string): Heard | undefined {
  const heard = { id: '', event: 'message', data: '' }
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':')
    const value = line.slice(colon + 1).replace(/^ /, '')
    if (line.startsWith('id:')) heard.id = value
    else if (line.startsWith('event:')) heard.event = value
    else if (line.startsWith('data:')) heard.data += value
  }
  return heard.data ? { ...heard, data: JSON.parse(heard.data) as unknown } : undefined
}
