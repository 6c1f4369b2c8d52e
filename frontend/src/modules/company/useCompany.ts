import { useI18n } from 'vue-i18n'
import type { AnswerOf, RowOf, Schema } from '@/api/client'
import type { Fact } from '@/parts/DetailList.vue'
import type { Tone } from '@/parts/StatusTag.vue'
import { moment } from '@/parts/format'
import { bracketed, listed } from '@/parts/list'

export type Company = Schema<'CompanyCompanyView'>
export type HistoryStep = RowOf<'/api/company/companies/{id}/history'>
export type Papers = AnswerOf<'/api/company/companies/{id}/papers'>
export type Licence = Papers['licences'][number]
export type Link = AnswerOf<'/api/company/companies/{id}/links'>['items'][number]

const FEN_A_WAN = 1_000_000

/** Fen in units of 10,000 yuan; '' for nothing. */
export function wan(fen?: number): string {
  return fen === undefined ? '' : (fen / FEN_A_WAN).toLocaleString('zh-CN', { maximumFractionDigits: 2 })
}

export const wanNumber = (fen?: number): number | undefined => (fen === undefined ? undefined : fen / FEN_A_WAN)
export const fenOf = (amount?: number | null): number | undefined => (amount === undefined || amount === null ? undefined : Math.round(amount * FEN_A_WAN))

/** Degrees of a coordinate in millionths; '' for nothing. */
export function degrees(e6?: number): string {
  return e6 === undefined ? '' : (e6 / 1_000_000).toFixed(6)
}

/** What a company says of itself, as it is written back: all of it each time. */
export function profileOf(company: Company): Schema<'CompanyProfile'> {
  return {
    staffCount: company.staffCount, revenueFen: company.revenueFen, assetsFen: company.assetsFen, tags: [...company.tags], address: company.address ?? '',
    longitudeE6: company.longitudeE6, latitudeE6: company.latitudeE6, contactName: company.contactName ?? '', contactPhone: company.contactPhone ?? '',
  }
}

export const LICENCE_KINDS = ['business', 'safety_production', 'hazchem_trade', 'hazchem_use', 'fire', 'discharge', 'food', 'special_equipment', 'construction', 'lightning_test', 'fire_test', 'other'] as const
export const CONTACT_ROLES = ['principal', 'safety', 'duty', 'finance', 'other'] as const
export const PHOTO_KINDS = ['gate', 'nameplate', 'workshop', 'layout', 'other'] as const
export const STATE_TONES: Record<string, Tone> = { valid: 'good', soon: 'warn', expired: 'bad', missing: 'bad', 'not-yet': 'plain', ended: 'plain' }
export const LINK_TONES: Record<string, Tone> = { proposed: 'busy', confirmed: 'good', declined: 'plain', ended: 'plain' }

/** How the fields of a card read, on the page and in the history. */
export function useCard(tagName: (tag: string) => string) {
  const { t } = useI18n()

  function facts(c: Company): Fact[] {
    return [
      { key: 'name', label: t('company.name'), value: c.name, wide: true },
      { key: 'code', label: t(c.uscc ? 'company.uscc' : 'company.temporary'), value: c.code },
      { key: 'siteNo', label: t('company.siteNo'), value: c.siteNo },
      { key: 'division', label: t('company.division'), value: c.divisionName },
      { key: 'line', label: t('company.line'), value: c.lineName },
      { key: 'industry', label: t('company.industry'), value: c.industry },
      { key: 'supervisionIndustry', label: t('company.supervisionIndustry'), value: c.supervisionIndustry },
      { key: 'size', label: t('company.size'), value: t(`company.sizes.${c.size}`) },
      { key: 'aboveScale', label: t('company.aboveScale'), value: `${t(c.aboveScale ? 'parts.yes' : 'parts.no')}${c.aboveScalePinned ? bracketed(t('company.pinned')) : ''}` },
      { key: 'status', label: t('company.status'), value: t(`company.statuses.${c.status}`) },
      { key: 'staffCount', label: t('company.staffCount'), value: c.staffCount },
      { key: 'revenue', label: t('company.revenue'), value: wan(c.revenueFen) },
      { key: 'assets', label: t('company.assets'), value: wan(c.assetsFen) },
      { key: 'contactName', label: t('company.contactName'), value: c.contactName },
      { key: 'contactPhone', label: t('company.contactPhone'), value: c.contactPhone },
      { key: 'address', label: t('company.address'), value: c.address, wide: true },
      { key: 'tags', label: t('company.tags'), value: listed(c.tags.map(tagName)), wide: true },
      ...(c.on ? [] : [{ key: 'updatedAt', label: t('company.updatedAt'), value: moment(c.updatedAt) }]),
    ]
  }

  /** A field's value in words; '—' for nothing. */
  function value(field: string, said: string): string {
    if (said === '') return '—'
    switch (field) {
      case 'size': return t(`company.sizes.${said}`)
      case 'status': return t(`company.statuses.${said}`)
      case 'aboveScale': case 'aboveScalePinned': return t(said === 'true' ? 'parts.yes' : 'parts.no')
      case 'revenueFen': case 'assetsFen': return wan(Number(said))
      case 'tags': return listed(said.split(',').map(tagName))
      default: return said
    }
  }

  const field = (name: string): string => t(`company.fields.${name}`)
  return { facts, value, field }
}
