import { computed, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import type { AnswerOf, RowOf } from '@/api/client'
import type { Tone } from '@/parts/StatusTag.vue'
import type { Column } from '@/parts/columns'
import { bracketed } from '@/parts/list'

export type CertificateRow = RowOf<'/api/certificate/certificates'>
export type Certificate = AnswerOf<'/api/certificate/certificates/{id}'> & CertificateRow

export const TONES: Record<CertificateRow['status'], Tone> = {
  revoked: 'bad', cancelled: 'plain', superseded: 'plain', incomplete: 'warn', pending: 'plain', expired: 'bad', review_lapsed: 'bad', review_due: 'warn', expiring: 'warn', valid: 'good',
}

/** The columns of a list of certificates; `own` leaves the holder out. */
export function useColumns(own = false): ComputedRef<Column<CertificateRow>[]> {
  const { t } = useI18n()
  return computed(() => [
    ...(own ? [] : [{ key: 'holderName', title: t('certificate.holder'), width: 110 }]),
    { key: 'kindName', title: t('certificate.kind'), minWidth: 190 },
    { key: 'operationName', title: t('certificate.operation'), minWidth: 160 },
    { key: 'status', title: t('certificate.status'), width: 100 },
    { key: 'validFrom', title: t('certificate.validFrom'), width: 110, extra: true },
    { key: 'validTo', title: t('certificate.validTo'), width: 150, format: (row: CertificateRow) => (row.validTo && row.estimated ? `${row.validTo}${bracketed(t('certificate.estimated'))}` : row.validTo) },
    { key: 'nextDueOn', title: t('certificate.nextDue'), width: 160, format: (row: CertificateRow) => (row.nextDueOn ? `${row.nextDueOn} ${t(`certificate.due.${row.nextDueType}`)}` : '') },
    { key: 'daysLeft', title: t('certificate.daysLeft'), width: 110 },
    { key: 'verified', title: t('certificate.verified'), width: 80, format: (row: CertificateRow) => t(row.verified ? 'parts.yes' : 'parts.no') },
  ])
}
