import { describe, expect, it } from 'vitest'
import { pngOf } from './signature'

describe('pngOf', () => {
  it('makes a file of what was drawn', async () => {
    const file = pngOf(`data:image/png;base64,${btoa('\x89PNG\xff')}`, 'signature.png')
    expect(file.type).toBe('image/png')
    expect(file.size).toBe(5)
    expect(new Uint8Array(await file.arrayBuffer())[4]).toBe(255)
  })
})
