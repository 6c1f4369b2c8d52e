import type { Schema } from '@/api/client'
import type { Printed } from './parts/PrintedFields.vue'

export function emptyPrinted(): Printed {
  return { number: '', issuer: '', validFrom: '', validTo: '', reviewDueOn: '', tenYearException: false, attachmentIds: [] }
}

/** What was filled in, as the server takes it: empty fields are absent, so that it computes them. */
export function printedBody(model: Printed): Schema<'CertificatePrinted'> {
  return {
    ...(model.validFrom ? { validFrom: model.validFrom } : {}),
    ...(model.number.trim() ? { number: model.number.trim() } : {}),
    ...(model.issuer.trim() ? { issuer: model.issuer.trim() } : {}),
    ...(model.validTo ? { validTo: model.validTo } : {}),
    ...(model.reviewDueOn ? { reviewDueOn: model.reviewDueOn } : {}),
    ...(model.tenYearException ? { tenYearException: true } : {}),
    ...(model.attachmentIds.length ? { attachmentIds: model.attachmentIds } : {}),
  }
}
