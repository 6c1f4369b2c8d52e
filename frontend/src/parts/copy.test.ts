import { afterEach, describe, expect, it, vi } from 'vitest'
import { copy } from './copy'

afterEach(() => vi.unstubAllGlobals())

/** As much of a document as the old way needs; what is copied is what the selected field holds. */
function page(allowed: boolean): { taken: string; left: number } {
  const seen = { taken: '', left: 0 }
  let value = ''
  const area = {
    style: {}, setAttribute: () => undefined, select: () => { value = area.value }, remove: () => { seen.left-- }, value: '',
  }
  vi.stubGlobal('document', {
    activeElement: null, createElement: () => area, body: { append: () => { seen.left++ } },
    execCommand: () => { if (allowed) seen.taken = value; return allowed },
  })
  return seen
}

describe('copy', () => {
  it('uses the clipboard where there is one', async () => {
    const writeText = vi.fn().mockResolvedValue(undefined)
    vi.stubGlobal('navigator', { clipboard: { writeText } })
    vi.stubGlobal('isSecureContext', true)
    expect(await copy('安全')).toBe(true)
    expect(writeText).toHaveBeenCalledWith('安全')
  })

  it('does it the old way on plain http, and leaves nothing behind', async () => {
    vi.stubGlobal('navigator', {})
    vi.stubGlobal('isSecureContext', false)
    const seen = page(true)
    expect(await copy('安全')).toBe(true)
    expect(seen).toEqual({ taken: '安全', left: 0 })
  })

  it('says so where nothing is allowed', async () => {
    vi.stubGlobal('navigator', { clipboard: { writeText: vi.fn().mockRejectedValue(new Error('no')) } })
    vi.stubGlobal('isSecureContext', true)
    expect(page(false).left).toBe(0)
    expect(await copy('安全')).toBe(false)
  })
})
