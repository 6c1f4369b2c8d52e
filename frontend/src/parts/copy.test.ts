import { afterEach, describe, expect, it, vi } from 'vitest'
import { copy } from './copy'

afterEach(() => vi.unstubAllGlobals())

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
    let taken = ''
    document.execCommand = vi.fn(() => { taken = document.querySelector('textarea')?.value ?? ''; return true })
    expect(await copy('安全')).toBe(true)
    expect(taken).toBe('安全')
    expect(document.querySelector('textarea')).toBeNull()
  })

  it('says so where nothing is allowed', async () => {
    vi.stubGlobal('navigator', { clipboard: { writeText: vi.fn().mockRejectedValue(new Error('no')) } })
    vi.stubGlobal('isSecureContext', true)
    document.execCommand = vi.fn(() => false)
    expect(await copy('安全')).toBe(false)
  })
})
