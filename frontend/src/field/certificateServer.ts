import { api, body, keyed, type Schema } from '@/api/client'
import type { CardContent } from './core/shelf'

// What the pages of one's own certificates ask of the server.

export type Need = Schema<'CertificateGapView'>
export type Claim = Schema<'CertificateClaimView'>
export type Kind = Schema<'CertificateKindView'>

/** What the person needs for his posts, and how he has it. */
export async function readMyNeeds(): Promise<Need[]> {
  return (await body(api.GET('/api/certificate/gaps/mine'))).items
}

/** What the person sent himself, the latest first. */
export async function readMyClaims(): Promise<Claim[]> {
  return (await body(api.GET('/api/certificate/claims/mine'))).items
}

export async function readKinds(): Promise<Kind[]> {
  return (await body(api.GET('/api/certificate/kinds'))).kinds
}

/** What is still missing of a card before it can be sent; '' for nothing. */
export function lackOf(content: CardContent, photos: number): '' | 'photo' | 'kind' | 'validFrom' | 'reviewedOn' {
  if (!photos) return 'photo'
  if (content.deed === 'first' && !content.certificateKind) return 'kind'
  if (content.deed === 'review') return content.reviewedOn ? '' : 'reviewedOn'
  return content.validFrom ? '' : 'validFrom'
}

/** A card as the server takes it: empty fields are absent. */
export function declarationOf(id: string, content: CardContent, photos: Record<string, string[]>): Schema<'CertificateDeclaration'> {
  const { deed, certificateId, certificateKind, operation, number, issuer, validFrom, validTo, reviewDueOn, reviewedOn } = content
  const said = Object.fromEntries(Object.entries(deed === 'review' ? { reviewedOn } : { number: number.trim(), issuer: issuer.trim(), validFrom, validTo, reviewDueOn }).filter(([, value]) => value))
  const what = deed === 'first' ? { kind: certificateKind, ...(operation ? { operation } : {}), ...(certificateKind === 'special_equipment_operator' ? { codeSet: '2021' } : {}) } : { certificateId }
  return { clientId: id, deed, ...what, ...said, attachmentIds: photos[''] ?? [] }
}

export async function sendCertificate(id: string, content: CardContent, photos: Record<string, string[]>): Promise<string> {
  return (await body(api.POST('/api/certificate/claims', { body: declarationOf(id, content, photos), ...keyed(id) }))).id
}
