// Keeps the phone pages so that they open without network. The build puts the list of files in. It never touches
// /api: what the server said is kept by the pages themselves, by person.
const FILES = ["/icon.svg","/field/manifest.webmanifest","/field/icon-192.png","/assets/ActivatePage-F-oWgFy_.js","/assets/ActivatePage-dWELifoE.css","/assets/CertificateCard-DUDmObMQ.js","/assets/CheckPage-CIs-HwXs.js","/assets/CheckPage-T0hS-mho.css","/assets/DeedPage-Cf9fLfDt.css","/assets/DeedPage-j97LnpgI.js","/assets/DutiesPage-BaweB5L5.css","/assets/DutiesPage-x7Kc_zJ3.js","/assets/DutyPage-DTlAli4U.css","/assets/DutyPage-jZIz4kzs.js","/assets/DutyTasksPage-CauDdXjf.css","/assets/DutyTasksPage-Q7c9Cqyv.js","/assets/FixPage-BGzEt7fP.css","/assets/FixPage-CYEribwg.js","/assets/HazardPage-BcBewagp.js","/assets/HazardPage-CMQigJ89.css","/assets/InboxPage-3XFwFC-C.css","/assets/InboxPage-Bv9whS_B.js","/assets/InstallCard-CpCwXZPX.js","/assets/InstallCard-i_MV-_vK.css","/assets/LanguageBar-BeDA-F20.css","/assets/LanguageBar-CxWEEz3F.js","/assets/LetterPage-C53zI9qX.css","/assets/LetterPage-ChrLS9zy.js","/assets/LetterPaper-Beb4COb2.css","/assets/LetterPaper-VL3TqEhv.js","/assets/LettersPage-CnHroAOh.js","/assets/LettersPage-Ithvq6aT.css","/assets/LevelTag-CNBiUl2j.js","/assets/LevelTag-CgdoyROy.css","/assets/LinkPage-ChGwUM52.css","/assets/LinkPage-TfJdLJxX.js","/assets/LoadedPage-CUyc3tSb.js","/assets/LoadedPage-D2uXTcgb.css","/assets/LoginPage-D8Neg2sb.css","/assets/LoginPage-DEouoIXo.js","/assets/MainTabs-C76yL3pC.js","/assets/MainTabs-IVZ97fZ3.css","/assets/MePage-BzvprC_h.js","/assets/MePage-CdmiUbjZ.css","/assets/PageFrame-C50GC0uS.css","/assets/PageFrame-DZLkGPLP.js","/assets/ParcelCard-BeqcQCQp.css","/assets/ParcelCard-DUsbEd3j.js","/assets/ParcelEnd-1zSotMcD.css","/assets/ParcelEnd-7YdkqD_6.js","/assets/PermitCard-0BY70rHa.js","/assets/PermitCard-Cru_2OQM.css","/assets/PermitNewPage-BYerg7US.css","/assets/PermitNewPage-CVgJmlEv.js","/assets/PermitPage-BtqEYb6V.js","/assets/PermitPage-DoUrHYKz.css","/assets/PermitsPage-CQGe2fa0.js","/assets/PermitsPage-D7cm1_fs.css","/assets/PhotoPick-BfwlJ6Kq.js","/assets/PhotoPick-YD_0hyDr.css","/assets/PhotoRow-BkhbLOsV.css","/assets/PhotoRow-DKxeDe3L.js","/assets/PhraseChips-C_mYe-0C.js","/assets/PhraseChips-DkWAZchv.css","/assets/ProblemNote-8F6Z3QQK.js","/assets/ProblemNote-FZalFKIf.css","/assets/QueuePage-DGQPSazp.css","/assets/QueuePage-Twtr_AQw.js","/assets/ReportPage-C_MWDsZx.css","/assets/ReportPage-UQTUenYs.js","/assets/ScanPage-BRGh214e.css","/assets/ScanPage-CinaY_aB.js","/assets/ScorePage-CPoMDfg1.css","/assets/ScorePage-CXuU6a4R.js","/assets/ScoresPage-CS8CbuJB.js","/assets/ScoresPage-jUIwl9Dj.css","/assets/SetUpPage-B7_a5bKh.js","/assets/SetUpPage-E4OxjJTy.css","/assets/SignSheet-0TGWsB3J.js","/assets/SignSheet-BFb9DlS5.css","/assets/SignaturePad-BsHaKBIl.css","/assets/SignaturePad-D9S2fsfV.js","/assets/SnapPage-DuzGekZp.js","/assets/TodayPage-C2_KaF45.js","/assets/TodayPage-DpR3Mkbw.css","/assets/_plugin-vue_export-helper-BDNMzG2s.js","/assets/accident-Fp_h5ZZU.js","/assets/account-Dd6-xcqa.js","/assets/activation-B7hkWzVf.js","/assets/address-Bd6doNeh.js","/assets/audit-BAKK9f_k.js","/assets/certificate-BtSOoymT.js","/assets/check-D1tVw64p.js","/assets/checkbox-DQowYqrz.js","/assets/checkbox-Dm__LFta.css","/assets/checklist-yvVJ6pm2.js","/assets/company-CWinDxta.js","/assets/contractor-BFzWXG74.js","/assets/deadline-Yq7-W-F0.js","/assets/due-DYk22sR9.js","/assets/duty-CDrRmi2L.js","/assets/emergency-DjosCm-3.js","/assets/equipment-CcUIm_BK.js","/assets/fault-BqtPmpy2.js","/assets/field-BCMy1Fw0.css","/assets/field-COpgdj_A.js","/assets/field-DTl9kQXb.js","/assets/fieldPermit-DbIoRxUd.js","/assets/font-49908267.woff2","/assets/format-CX046d2Y.js","/assets/function-call-B8GQXo9A.js","/assets/function-call-Bfbp070b.js","/assets/hash-C9q1SgCD.js","/assets/hazard-CJCBrg-0.js","/assets/home-gUGkJdHG.js","/assets/import-paf3kKEW.js","/assets/inspection-Q9V13Ygh.js","/assets/interceptor-BcD0IdFK.js","/assets/letter-DNi7XhuW.js","/assets/meeting-CrzcN00i.js","/assets/notice-Dr7yp805.js","/assets/oversight-BP3sB0mG.js","/assets/parts-DmA8Ffu_.js","/assets/performance-DmxhvOun.js","/assets/permit-DY5daryX.js","/assets/permitServer-79m_SBg2.js","/assets/popup-GQO0-yx_.js","/assets/proof-DagD9yxx.js","/assets/protection-D2k32j_B.js","/assets/queue-BUpOJL3D.js","/assets/register-CTlFiWDE.js","/assets/reportItem-Ee3Z4wMP.js","/assets/responsibility-aHlz8XTB.js","/assets/risk-CmgvaaJN.js","/assets/role-4qmkRGEc.js","/assets/say-DtemDADX.js","/assets/selfreport-CMzqA-dv.js","/assets/shell-DHRt073v.js","/assets/signature-DVxr_TAV.js","/assets/staff-C_3oTwEG.js","/assets/style-09YxfUvk.js","/assets/style-43W1G5CY.js","/assets/style-BKC72xPJ.css","/assets/style-BTxaW5oo.css","/assets/style-BixrWo2e.js","/assets/style-Bjr-1vAo.css","/assets/style-Bsp-knLV.css","/assets/style-CFKpMlFC.js","/assets/style-CLChZTTm.js","/assets/style-CY53haqd.js","/assets/style-CdYZBuA-.js","/assets/style-D4vPvTRK.css","/assets/style-DnYcvOhI.css","/assets/style-HcEsXc-E.js","/assets/transfer-CfJbu-M_.js","/assets/transport-B9lyBeRn.js","/assets/use-expose-jjDO26v2.js","/assets/use-id-JcXjyOIU.js","/assets/useCamera-CNbGilaF.js","/assets/useForms-9oNcK2pi.js","/assets/useForms-CQyIOIDH.css","/assets/useIntent-Cb7ZEf45.js","/assets/useLoad-B3WSINxa.js","/assets/useMe-Bsn4ZUmo.css","/assets/useMe-tTw459og.js","/assets/useParcel-Ctynnnv1.js","/assets/usePermit-CLJvzv-G.js","/assets/usePosition-COyK1ZEs.css","/assets/usePosition-JHW11soy.js","/assets/useQueue-CGGvlG8q.js","/assets/useSaid-D8pjYIPE.js","/assets/vue-router-Cmr0Eurv.js"]
const VERSION = 'd931a42de445'
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
