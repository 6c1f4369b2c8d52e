import { describe, expect, it } from 'vitest'
import type { Asked, Form, Pack } from '../server'
import { beforeRest, clauseOf, entriesOf, lack, measuredAnswer, newCheck, progress, signs, submission, type Entry } from './check'
import { decimalOf, rangeOf, within } from './decimal'
import { alike } from './pack'
import { counted, phrasesFor } from './phrases'

function ask(code: string, more: Partial<Asked> = {}): Asked {
  return { code, module: 'PRS', moduleName: '冲压', requirement: `要求 ${code}`, method: '', frequency: 'daily', posts: [], level: 'general', basis: [], majorBasis: [], otherRegime: {}, mustPhoto: false, photoAlways: false, mustReason: false, phrases: [], disabled: '', ...more }
}

function form(asks: Asked[], point: Partial<Form['point']> = {}): Form {
  return {
    point: { id: '7', companyId: '1', publicId: '0190a1c8-0000-7000-8000-000000000007', number: '0007', name: '3 号冲床', place: '一车间', modules: [], items: [], explosive: '', sign: false, retired: false, updatedAt: '', ...point },
    standardId: '9', version: 1, asks,
  } as Form
}

const at = (one: Asked, unseen = false): Entry => ({ key: one.code, ask: one, pointId: '7', unseen })
const night = new Date('2026-03-01T16:30:00Z')

describe('a check', () => {
  it('belongs to the day in Shanghai on which it was begun', () => {
    const check = newCheck([form([ask('PRS-01')])], undefined, night)
    expect(check.startedOn).toBe('2026-03-02')
    expect(check.startedAt).toBe('2026-03-01T16:30:00.000Z')
    expect(check.stops).toBeUndefined()
  })

  it('asks what its task asks, else all of the point', () => {
    const all = form([ask('PRS-01'), ask('PRS-02')])
    expect(entriesOf(newCheck([all], { id: '3', items: ['PRS-02'] })).map(({ key }) => key)).toEqual(['PRS-02'])
    expect(entriesOf(newCheck([all], { id: '3', items: [] }))).toHaveLength(2)
  })

  it('knows what an answer lacks', () => {
    const strict = at(ask('PRS-01', { mustPhoto: true, mustReason: true }))
    expect(lack(strict, undefined, 0)).toBe('answer')
    expect(lack(strict, { result: 'pass', note: '' }, 0)).toBeUndefined()
    expect(lack(strict, { result: 'fail', note: '罩已拆' }, 0)).toBe('photo')
    expect(lack(strict, { result: 'fail', note: '  ' }, 1)).toBe('note')
    expect(lack(strict, { result: 'na', note: '' }, 0)).toBe('reason')
    expect(lack(at(ask('PRS-02')), { result: 'na', note: '' }, 0)).toBeUndefined()
  })

  it('wants the photo of a must-photo item whatever the answer, and the value of a measured one', () => {
    const photo = at(ask('ELE-01', { photoAlways: true }))
    expect(lack(photo, { result: 'pass', note: '' }, 0)).toBe('photo')
    expect(lack(photo, { result: 'na', note: '' }, 0)).toBeUndefined()
    const measured = at(ask('ELE-02', { limit: { unit: 'Ω', max: '4' } }))
    expect(lack(measured, { result: 'pass', note: '' }, 0)).toBe('value')
    expect(lack(measured, { result: 'pass', note: '', measured: '3.2' }, 0)).toBeUndefined()
  })

  it('wants no photo where no phone may be used', () => {
    const strict = ask('DST-01', { photoAlways: true, mustPhoto: true })
    expect(lack(at(strict, true), { result: 'pass', note: '' }, 0)).toBeUndefined()
    expect(lack(at(strict, true), { result: 'fail', note: '积尘' }, 0)).toBeUndefined()
    const check = newCheck([form([strict], { explosive: 'dust' })], undefined)
    expect(beforeRest(check, entriesOf(check), {})).toEqual([])
  })

  it('counts and points at the first open item', () => {
    const check = newCheck([form([ask('PRS-01'), ask('PRS-02'), ask('PRS-03')])], undefined)
    check.answers['PRS-01'] = { result: 'pass', note: '' }
    check.answers['PRS-03'] = { result: 'fail', note: '' }
    expect(progress(check, {})).toEqual({ done: 1, total: 3, failed: 1, next: 'PRS-02' })
  })

  it('lets the rest be fine only after the must-photo and the measured items', () => {
    const check = newCheck([form([ask('A-01', { photoAlways: true }), ask('A-02', { limit: { unit: 'Ω', max: '4' } }), ask('A-03')])], undefined)
    const open = (photos: Record<string, number>): string[] => beforeRest(check, entriesOf(check), photos).map(({ key }) => key)
    expect(open({})).toEqual(['A-01', 'A-02'])
    check.answers['A-02'] = { result: 'pass', note: '', measured: '3' }
    expect(open({})).toEqual(['A-01'])
    expect(open({ 'A-01': 1 })).toEqual([])
  })

  it('is sent the same every time, photos with failed and must-photo items only', () => {
    const check = newCheck([form([ask('PRS-01'), ask('PRS-02'), ask('PRS-03', { photoAlways: true })])], { id: '3', items: [] }, night)
    check.answers['PRS-01'] = { result: 'pass', note: 'left over' }
    check.answers['PRS-02'] = { result: 'fail', note: ' 罩已拆 ', ownerId: '5', dueOn: '2026-03-09', after: 4 }
    check.answers['PRS-03'] = { result: 'pass', note: '', rest: true }
    check.finishedAt = '2026-03-01T16:40:00.000Z'
    check.restAt = '2026-03-01T16:39:00.000Z'
    check.clockMs = -1200
    const sent = submission('c-1', check, { 'PRS-01': ['1'], 'PRS-02': ['2', '3'], 'PRS-03': ['4'], '#signature': ['9'] })
    expect(sent).toEqual({
      clientId: 'c-1', startedOn: '2026-03-02', startedAt: '2026-03-01T16:30:00.000Z', finishedAt: '2026-03-01T16:40:00.000Z', pointId: '7', standardId: '9', taskId: '3',
      clockMs: -1200, restAt: '2026-03-01T16:39:00.000Z', signature: '9',
      answers: [
        { code: 'PRS-01', result: 'pass' }, { code: 'PRS-02', result: 'fail', note: '罩已拆', photos: ['2', '3'], after: 4, ownerId: '5', dueOn: '2026-03-09' },
        { code: 'PRS-03', result: 'pass', photos: ['4'], rest: true },
      ],
    })
  })

  it('shows the clause that makes an item major before its basis', () => {
    const clause = (ref: string) => ({ code: '', ref, clause: '第十一条', confidence: 'verified' as const })
    expect(clauseOf(ask('A-01', { basis: [clause('甲')], majorBasis: [clause('乙')] }))).toBe('乙 第十一条')
    expect(clauseOf(ask('A-01'))).toBe('')
  })
})

describe('the forms of a route', () => {
  const old = form([ask('FIR-01')])
  const fresh = { ...form([ask('FIR-02')], { id: '8' }), standardId: '10', version: 2 }
  const pack = { standardId: '10', version: 2, asks: [ask('FIR-01'), ask('FIR-02')], points: [{ point: old.point, codes: ['FIR-02'] }, { point: fresh.point, codes: ['FIR-02'] }] } as unknown as Pack

  it('are of one version where the phone took all of them along', () => {
    const both = alike([old, fresh], pack)
    expect(both.map(({ standardId }) => standardId)).toEqual(['10', '10'])
    expect(both.map(({ asks }) => asks.map(({ code }) => code))).toEqual([['FIR-02'], ['FIR-02']])
  })

  it('stay as they are where they agree, and where the phone has not all of them', () => {
    expect(alike([old, old], pack)).toEqual([old, old])
    expect(alike([old, fresh], { ...pack, points: pack.points.slice(1) })).toEqual([old, fresh])
    expect(alike([old, fresh], undefined)).toEqual([old, fresh])
  })
})

describe('a route', () => {
  const forms = [form([ask('FIR-01')]), form([ask('FIR-01')], { id: '8', name: '2 号消火栓', sign: true })]

  it('keeps the same item of two points apart, in the order they are walked', () => {
    const check = newCheck(forms, { id: '3', items: [] }, night)
    expect(entriesOf(check).map(({ key }) => key)).toEqual(['7/FIR-01', '8/FIR-01'])
    expect(check.stops?.map(({ reachedAt }) => Boolean(reachedAt))).toEqual([true, false])
    expect(signs(check)).toBe(true)
    check.answers['7/FIR-01'] = { result: 'pass', note: '' }
    check.answers['8/FIR-01'] = { result: 'fail', note: '无水压' }
    const sent = submission('c', check, { '8/FIR-01': ['4'] })
    expect(sent.route).toEqual(['7', '8'])
    expect(sent.answers).toEqual([{ code: 'FIR-01', result: 'pass', pointId: '7' }, { code: 'FIR-01', result: 'fail', pointId: '8', note: '无水压', photos: ['4'] }])
  })

  it('as a team card sends only what is wrong', () => {
    const check = newCheck(forms, { id: '3', items: [], byException: true }, night)
    expect(progress(check, {}).next).toBe('')
    check.answers['8/FIR-01'] = { result: 'fail', note: '' }
    expect(progress(check, {}).next).toBe('8/FIR-01')
    check.answers['8/FIR-01'].note = '无水压'
    expect(submission('c', check, {})).toMatchObject({ byException: true, route: ['7', '8'], answers: [{ code: 'FIR-01', pointId: '8', result: 'fail' }] })
  })
})

describe('a measured value', () => {
  const limit = { unit: 'MPa', min: '0.5', max: '0.8' }
  const item = ask('PVS-01', { limit })
  const outside = (value: string): string => `实测 ${value}`

  it('is read as it was typed, without a float', () => {
    expect([' ３.２０ ', '-.5', '1e3', '', '12.', '0.12345'].map(decimalOf)).toEqual(['3.20', '-0.5', undefined, undefined, '12', undefined])
    expect(within({ unit: '', max: '0.3' }, '0.3000')).toBe(true)
    expect(within(limit, '0.8001')).toBe(false)
    expect(within({ unit: '', min: '-5' }, '-5.1')).toBe(false)
    expect(rangeOf(limit)).toBe('0.5–0.8 MPa')
  })

  it('answers by itself', () => {
    expect(measuredAnswer(item, undefined, '0.', outside)).toMatchObject({ result: 'fail', measured: '0', note: '实测 0' })
    expect(measuredAnswer(item, undefined, 'x', outside)).toBeUndefined()
    const out = measuredAnswer(item, undefined, '0.9', outside)
    expect(out).toEqual({ result: 'fail', measured: '0.9', note: '实测 0.9' })
    expect(measuredAnswer(item, out, '0.70', outside)).toEqual({ result: 'pass', measured: '0.70', note: '' })
    expect(measuredAnswer(item, { ...out!, note: '表坏了' }, '0.70', outside)).toMatchObject({ result: 'fail', note: '表坏了' })
  })
})

describe('phrases', () => {
  it('offers what the person writes most often before what is usual', () => {
    let said = {}
    for (const note of ['罩未盖', '漏油', '罩未盖', '罩未盖', '漏油', '一次']) said = counted(said, 'PRS-01', note)
    expect(phrasesFor(said, 'PRS-01', ['漏油', '缺防护罩'])).toEqual(['罩未盖', '漏油', '缺防护罩'])
    expect(phrasesFor(said, 'PRS-02', ['缺防护罩'])).toEqual(['缺防护罩'])
    expect(counted(said, 'PRS-01', 'x'.repeat(41))).toBe(said)
  })
})
