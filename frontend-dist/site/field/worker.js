// Keeps the phone pages so that they open without network. The build puts the list of files in. It never touches
// /api: what the server said is kept by the pages themselves, by person.
const FILES = ["/icon.svg","/assets/ActivatePage-Ctzr0vQl.js","/assets/ActivatePage-dWELifoE.css","/assets/CertificateCard-D_ncL4CT.js","/assets/CheckPage-CqJzqVSa.js","/assets/CheckPage-loHBi95R.css","/assets/DutiesPage-BaweB5L5.css","/assets/DutiesPage-CdpsBic6.js","/assets/DutyPage-0LzYySkl.js","/assets/DutyPage-DTlAli4U.css","/assets/DutyTasksPage-BVd6AhVX.js","/assets/DutyTasksPage-CauDdXjf.css","/assets/FixPage-BGzEt7fP.css","/assets/FixPage-nh8fsxYP.js","/assets/HazardCard-CQyIOIDH.css","/assets/HazardCard-DnoaDH2I.js","/assets/HazardPage-CMQigJ89.css","/assets/HazardPage-DIrrS-bb.js","/assets/InboxPage-3XFwFC-C.css","/assets/InboxPage-CYQKpo89.js","/assets/LanguageBar-BeDA-F20.css","/assets/LanguageBar-D6XDkztV.js","/assets/LetterPage-BtU9PvlC.js","/assets/LetterPage-C53zI9qX.css","/assets/LetterPaper-BI6UPtCz.js","/assets/LetterPaper-Beb4COb2.css","/assets/LettersPage-DUxjnEG8.js","/assets/LettersPage-Ithvq6aT.css","/assets/LevelTag-CgdoyROy.css","/assets/LevelTag-Df_yO4F_.js","/assets/LinkPage-ChGwUM52.css","/assets/LinkPage-DGcPMSYX.js","/assets/LoadedPage-B_B9mBGr.js","/assets/LoadedPage-D2uXTcgb.css","/assets/LoginPage-D8Neg2sb.css","/assets/LoginPage-Da17V27h.js","/assets/MainTabs-CvWdUBBm.js","/assets/MainTabs-IVZ97fZ3.css","/assets/MePage-C92-KZKk.js","/assets/MePage-U4Ug9lCb.css","/assets/PageFrame-Cbl46IU8.css","/assets/PageFrame-eoLeEPQw.js","/assets/ParcelCard-BtEOSp3A.css","/assets/ParcelCard-DUWJB1qY.js","/assets/PhotoPick-BHsgYAur.css","/assets/PhotoPick-NjS1I_cs.js","/assets/PhotoRow-BkhbLOsV.css","/assets/PhotoRow-BvYaH_so.js","/assets/ProblemNote-FZalFKIf.css","/assets/ProblemNote-eG9ACeAX.js","/assets/QueuePage-BwT9ax5h.css","/assets/QueuePage-CpjOZi9N.js","/assets/ReportPage-BwS1YeCu.js","/assets/ReportPage-Cn8jitqc.css","/assets/ScanPage-CSM-NjsR.css","/assets/ScanPage-FTEzDz3M.js","/assets/ScorePage-CPoMDfg1.css","/assets/ScorePage-RI8qgvGq.js","/assets/ScoresPage-B3LD5QBC.js","/assets/ScoresPage-jUIwl9Dj.css","/assets/SetUpPage-BCGRTmXn.js","/assets/SetUpPage-E4OxjJTy.css","/assets/SignSheet-BFb9DlS5.css","/assets/SignSheet-DEpiQT21.js","/assets/SnapPage-CDlQ-rrs.js","/assets/TodayPage-BCj_djQB.css","/assets/TodayPage-CLmm-G5U.js","/assets/_plugin-vue_export-helper-BDNMzG2s.js","/assets/account-Dd6-xcqa.js","/assets/activation-B7hkWzVf.js","/assets/address-Bd6doNeh.js","/assets/audit-Q9yzYNi1.js","/assets/certificate-BtSOoymT.js","/assets/check-B18lqHnl.js","/assets/checkbox-B70CShvt.js","/assets/checkbox-Dm__LFta.css","/assets/checklist-Dr5V5BTx.js","/assets/company-CWinDxta.js","/assets/duty-WjFGTK3w.js","/assets/fault-BqtPmpy2.js","/assets/field-BdWAWb98.js","/assets/field-Ci6OOYg2.css","/assets/field-Cm7wlSR2.js","/assets/font-49908267.woff2","/assets/format-CX046d2Y.js","/assets/function-call-BYefwVmY.js","/assets/function-call-bEyumg6X.js","/assets/function-call-uxl5mH-a.js","/assets/hazard-c9sENsSv.js","/assets/home-gUGkJdHG.js","/assets/import-paf3kKEW.js","/assets/inspection-Bz2jdeQw.js","/assets/interceptor-Dv-KHU6H.js","/assets/kept-C8-QAKKN.js","/assets/letter-DNi7XhuW.js","/assets/mount-component-Bnf2Zwuo.js","/assets/notice-Dr7yp805.js","/assets/oversight-BP3sB0mG.js","/assets/parts-DmA8Ffu_.js","/assets/performance-Cr2bXcjL.js","/assets/popup-8A6TB0DV.js","/assets/queue-BUpOJL3D.js","/assets/responsibility-C2xuHZN1.js","/assets/role-4qmkRGEc.js","/assets/say-Dhk0_vTm.js","/assets/selfreport-BUN8g7eV.js","/assets/shell-DRdLFrqI.js","/assets/signature-BsHaKBIl.css","/assets/signature-Dh7sVcml.js","/assets/staff-72zpznNu.js","/assets/style-7wFqGmht.js","/assets/style-BTxaW5oo.css","/assets/style-BWHt4Nut.js","/assets/style-BXSNaP5x.js","/assets/style-Bjr-1vAo.css","/assets/style-BowleH9v.js","/assets/style-BrDRVNx0.js","/assets/style-Bsp-knLV.css","/assets/style-CSYM9sX4.js","/assets/style-Cbi7m3ek.js","/assets/style-D4vPvTRK.css","/assets/style-DcHicO2a.js","/assets/style-DnYcvOhI.css","/assets/style-Dtg9dRUR.js","/assets/transfer-CVll5vYi.js","/assets/use-expose-2RdaZE4_.js","/assets/use-id-BxpGdPUb.js","/assets/useIntent-vOQ97KxH.js","/assets/useLoad-DxtM9H4v.js","/assets/useParcel-BRlnUSvH.js","/assets/useParcel-D3k3iciU.css","/assets/vue-router-MfMhQHO8.js"]
const VERSION = '50f9a23795f7'
const CACHE = `anbiao-field-${VERSION}`
const PAGE = '/field/'
const PATIENCE = 4000

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches.open(CACHE).then((cache) => cache.addAll([PAGE, ...FILES].map((path) => new Request(path, { cache: path === PAGE ? 'reload' : 'default' })))),
  )
})

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith('anbiao-field-') && name !== CACHE).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  )
})

/** The page of the day; the kept one when the network is silent. */
async function page(request) {
  const kept = await caches.match(PAGE, { cacheName: CACHE })
  const fresh = fetch(request)
  if (!kept) return fresh
  const silent = new Promise((done) => setTimeout(() => done(kept), PATIENCE))
  return Promise.race([fresh.then((answer) => (answer.ok ? answer : kept)).catch(() => kept), silent])
}

self.addEventListener('fetch', (event) => {
  const { request } = event
  const address = new URL(request.url)
  if (request.method !== 'GET' || address.origin !== location.origin || address.pathname.startsWith('/api/')) return
  if (request.mode === 'navigate') {
    if (address.pathname.startsWith(PAGE)) event.respondWith(page(request))
    return
  }
  if (FILES.includes(address.pathname)) event.respondWith(caches.match(request, { cacheName: CACHE }).then((kept) => kept ?? fetch(request)))
})
