import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/certificates', name: 'certificates', component: () => import('./pages/CertificatesPage.vue'), meta: { title: 'certificate.title', action: 'certificate.card.list', menu: { group: 'certificate', order: 10 } } },
  { path: '/certificates/:id(\\d+)', name: 'certificate', component: () => import('./pages/CertificatePage.vue'), meta: { title: 'certificate.detail', action: 'certificate.card.list', parent: 'certificates' } },
  { path: '/certificates/gaps', name: 'certificates.gaps', component: () => import('./pages/GapsPage.vue'), meta: { title: 'certificate.gaps.title', action: 'certificate.gap.list', menu: { group: 'certificate', order: 12 } } },
  { path: '/certificates/rates', name: 'certificates.rates', component: () => import('./pages/RatesPage.vue'), meta: { title: 'certificate.rates.title', action: 'certificate.rate.list', parent: 'certificates' } },
  { path: '/certificates/areas', name: 'certificates.areas', component: () => import('./pages/RateAreaPage.vue'), meta: { title: 'certificate.rates.area', action: 'certificate.area.list', menu: { group: 'certificate', order: 14 } } },
  { path: '/certificates/claims', name: 'certificates.claims', component: () => import('./pages/ClaimsPage.vue'), meta: { title: 'certificate.claims.title', action: 'certificate.claim.list', menu: { group: 'certificate', order: 16 } } },
  { path: '/certificates/overrides', name: 'certificates.overrides', component: () => import('./pages/OverridesPage.vue'), meta: { title: 'certificate.overrides.title', action: 'staff.assignment.overridden', parent: 'certificates' } },
  { path: '/certificates/settings', name: 'certificates.settings', component: () => import('./pages/SettingsPage.vue'), meta: { title: 'certificate.settings', action: 'certificate.gap.list', parent: 'certificates' } },
  { path: '/certificates/mine', name: 'certificates.mine', component: () => import('./pages/MyCertificatesPage.vue'), meta: { title: 'certificate.mine', action: 'certificate.mine.list', menu: { group: 'certificate', order: 20 } } },
]
