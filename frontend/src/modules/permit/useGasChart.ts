import type { Form, PermitDetail } from './usePermit'

export interface Dot { x: number; y: number; at: string; value: string; out: boolean; place: string }
export interface GasChart { gas: Form['gases'][number]; dots: Dot[]; lines: string[]; max: number | undefined; min: number | undefined; from: string; until: string }

export const WIDTH = 300
export const HEIGHT = 90

type Taken = { gas: string; value: number; said: string; at: string; out: boolean; place: string }

/** A chart for each gas that was measured twice or more: its readings in time, between its limits. Readings of different parts of a space are lines of their own. */
export function chartsOf(steps: PermitDetail['steps'], gases: Form['gases']): GasChart[] {
  const taken: Taken[] = steps.filter((step) => !step.problem).flatMap((step) => (step.detail.readings ?? []).map((one) => (
    { gas: one.gas, value: Number(one.value), said: one.value, at: one.at ?? step.at, out: one.out ?? false, place: one.place ?? '' }
  ))).filter((one) => Number.isFinite(one.value)).toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
  return gases.flatMap((gas) => {
    const own = taken.filter((one) => one.gas === gas.key)
    return own.length > 1 ? [chart(gas, own)] : []
  })
}

function chart(gas: Form['gases'][number], own: Taken[]): GasChart {
  const limits = [gas.min, gas.max].filter((one) => one !== '').map(Number)
  const values = [...own.map((one) => one.value), ...limits]
  const low = gas.min === '' ? 0 : Math.min(...values)
  const high = Math.max(...values)
  const pad = (high - low || 1) * 0.12
  const bottom = gas.min === '' ? 0 : low - pad
  const span = high + pad - bottom
  const from = Date.parse(own[0]!.at)
  const length = Date.parse(own.at(-1)!.at) - from || 1
  const y = (value: number): number => HEIGHT - ((value - bottom) / span) * HEIGHT
  const dots = own.map((one) => ({ x: ((Date.parse(one.at) - from) / length) * WIDTH, y: y(one.value), at: one.at, value: one.said, out: one.out, place: one.place }))
  const places = [...new Set(dots.map((dot) => dot.place))]
  return {
    gas, dots, lines: places.map((place) => dots.filter((dot) => dot.place === place).map((dot) => `${dot.x.toFixed(1)},${dot.y.toFixed(1)}`).join(' ')),
    max: gas.max === '' ? undefined : y(Number(gas.max)), min: gas.min === '' ? undefined : y(Number(gas.min)), from: own[0]!.at, until: own.at(-1)!.at,
  }
}
