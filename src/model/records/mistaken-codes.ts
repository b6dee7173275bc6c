/*
 * Codes and names that are written in place of the country codes of ISO 3166-1 and the language tags of BCP 47.
 */

function table(text: string): ReadonlyMap<string, string> {
  return new Map(
    text
      .trim()
      .split(/\s+/)
      .map((pair) => {
        const [mistaken = '', meant = ''] = pair.split('=')
        return [mistaken, meant]
      }),
  )
}

/** ISO 3166-1 alpha-3, with the codes that lists of the UN, the World Bank and others use for Kosovo. */
export const ALPHA_3 = table(`
ABW=AW AFG=AF AGO=AO AIA=AI ALA=AX ALB=AL AND=AD ARE=AE ARG=AR ARM=AM ASM=AS ATA=AQ ATF=TF ATG=AG AUS=AU AUT=AT AZE=AZ BDI=BI
BEL=BE BEN=BJ BES=BQ BFA=BF BGD=BD BGR=BG BHR=BH BHS=BS BIH=BA BLM=BL BLR=BY BLZ=BZ BMU=BM BOL=BO BRA=BR BRB=BB BRN=BN BTN=BT
BVT=BV BWA=BW CAF=CF CAN=CA CCK=CC CHE=CH CHL=CL CHN=CN CIV=CI CMR=CM COD=CD COG=CG COK=CK COL=CO COM=KM CPV=CV CRI=CR CUB=CU
CUW=CW CXR=CX CYM=KY CYP=CY CZE=CZ DEU=DE DJI=DJ DMA=DM DNK=DK DOM=DO DZA=DZ ECU=EC EGY=EG ERI=ER ESH=EH ESP=ES EST=EE ETH=ET
FIN=FI FJI=FJ FLK=FK FRA=FR FRO=FO FSM=FM GAB=GA GBR=GB GEO=GE GGY=GG GHA=GH GIB=GI GIN=GN GLP=GP GMB=GM GNB=GW GNQ=GQ GRC=GR
GRD=GD GRL=GL GTM=GT GUF=GF GUM=GU GUY=GY HKG=HK HMD=HM HND=HN HRV=HR HTI=HT HUN=HU IDN=ID IMN=IM IND=IN IOT=IO IRL=IE IRN=IR
IRQ=IQ ISL=IS ISR=IL ITA=IT JAM=JM JEY=JE JOR=JO JPN=JP KAZ=KZ KEN=KE KGZ=KG KHM=KH KIR=KI KNA=KN KOR=KR KSV=XK KWT=KW LAO=LA
LBN=LB LBR=LR LBY=LY LCA=LC LIE=LI LKA=LK LSO=LS LTU=LT LUX=LU LVA=LV MAC=MO MAF=MF MAR=MA MCO=MC MDA=MD MDG=MG MDV=MV MEX=MX
MHL=MH MKD=MK MLI=ML MLT=MT MMR=MM MNE=ME MNG=MN MNP=MP MOZ=MZ MRT=MR MSR=MS MTQ=MQ MUS=MU MWI=MW MYS=MY MYT=YT NAM=NA NCL=NC
NER=NE NFK=NF NGA=NG NIC=NI NIU=NU NLD=NL NOR=NO NPL=NP NRU=NR NZL=NZ OMN=OM PAK=PK PAN=PA PCN=PN PER=PE PHL=PH PLW=PW PNG=PG
POL=PL PRI=PR PRK=KP PRT=PT PRY=PY PSE=PS PYF=PF QAT=QA REU=RE RKS=XK ROM=RO ROU=RO RUS=RU RWA=RW SAU=SA SDN=SD SEN=SN SGP=SG
SGS=GS SHN=SH SJM=SJ SLB=SB SLE=SL SLV=SV SMR=SM SOM=SO SPM=PM SRB=RS SSD=SS STP=ST SUR=SR SVK=SK SVN=SI SWE=SE SWZ=SZ SXM=SX
SYC=SC SYR=SY TCA=TC TCD=TD TGO=TG THA=TH TJK=TJ TKL=TK TKM=TM TLS=TL TON=TO TTO=TT TUN=TN TUR=TR TUV=TV TWN=TW TZA=TZ UGA=UG
UKR=UA UMI=UM URY=UY USA=US UZB=UZ VAT=VA VCT=VC VEN=VE VGB=VG VIR=VI VNM=VN VUT=VU WLF=WF WSM=WS XKX=XK YEM=YE ZAF=ZA ZMB=ZM
ZWE=ZW
`)

/** Codes of other lists, and former codes (ISO 3166-3) of countries that are the same under another name. */
export const MISTAKEN_COUNTRIES = table(`
BU=MM BUR=MM CT=KI DY=BJ DHY=BJ EL=GR EN=GB FX=FR FXX=FR HV=BF HVO=BF JT=UM MI=UM NH=VU NHB=VU NQ=AQ PU=UM RH=ZW RHO=ZW TMP=TL
TP=TL UK=GB WK=UM ZAR=CD ZR=CD BYS=BY
`)

/** English names in capital letters that Intl does not use. */
export const COUNTRY_NAMES: ReadonlyMap<string, string> = new Map([
  ['BRITAIN', 'GB'],
  ['BURMA', 'MM'],
  ['CAPE VERDE', 'CV'],
  ['CZECH REPUBLIC', 'CZ'],
  ['DPRK', 'KP'],
  ['DRC', 'CD'],
  ['ENGLAND', 'GB'],
  ['GREAT BRITAIN', 'GB'],
  ['HOLLAND', 'NL'],
  ['HOLY SEE', 'VA'],
  ['ISLAMIC REPUBLIC OF IRAN', 'IR'],
  ['IVORY COAST', 'CI'],
  ['MACEDONIA', 'MK'],
  ['PALESTINE', 'PS'],
  ['PRC', 'CN'],
  ['REPUBLIC OF KOREA', 'KR'],
  ['ROK', 'KR'],
  ['RUSSIAN FEDERATION', 'RU'],
  ['SWAZILAND', 'SZ'],
  ['SYRIAN ARAB REPUBLIC', 'SY'],
  ['TURKEY', 'TR'],
  ['UAE', 'AE'],
  ['UNITED STATES OF AMERICA', 'US'],
  ['VIET NAM', 'VN'],
])

/** What names no country, by codes (ISO 3166-3 and reserved ones) and by names in capital letters. */
export const NOT_COUNTRIES: ReadonlyMap<string, string> = new Map(
  (
    [
      ['the Soviet Union', 'SU SUN USSR', 'SOVIET UNION'],
      ['Yugoslavia', 'YU YUG SFRY FRY', 'YUGOSLAVIA'],
      ['Serbia and Montenegro', 'SCG', 'SERBIA AND MONTENEGRO'],
      ['Czechoslovakia', 'CSK', 'CZECHOSLOVAKIA'],
      ['Czechoslovakia, and later Serbia and Montenegro,', 'CS'],
      ['the German Democratic Republic', 'DD DDR GDR', 'EAST GERMANY', 'GERMAN DEMOCRATIC REPUBLIC'],
      ['the Netherlands Antilles', 'AN ANT', 'NETHERLANDS ANTILLES'],
      ['Democratic Yemen', 'YD YMD', 'SOUTH YEMEN', 'DEMOCRATIC YEMEN'],
      ['the Democratic Republic of Viet-Nam', 'VD VDR', 'NORTH VIETNAM'],
      ['the Republic of Viet-Nam', 'RVN', 'SOUTH VIETNAM'],
      ['the Trust Territory of the Pacific Islands', 'PC PCI'],
      ['the Neutral Zone', 'NT NTZ'],
      ['the Panama Canal Zone', 'PZ PCZ'],
      ['the territory of the French Afars and Issas', 'AFI'],
      ['the Gilbert and Ellice Islands', 'GEL'],
      ['Sikkim', 'SKM', 'SIKKIM'],
      ['the French Southern and Antarctic Territories', 'FQ'],
    ] as const
  ).flatMap(([name, codes, ...names]) => [...codes.split(' '), ...names].map((code) => [code, name] as const)),
)

/** Codes of countries whose language is not the most likely one in the data of Intl, and other abbreviations. */
export const MISTAKEN_LANGUAGES = table('by=be kz=kk sp=es')

/** Codes of languages that are also the codes of countries with another, more common language. */
export const DOUBTFUL_LANGUAGES: ReadonlyMap<string, string> = new Map([
  ['ch', 'Chamorro; the German of Switzerland is de-CH'],
  ['ee', 'Ewe; Estonian is et'],
  ['kr', 'Kanuri; Korean is ko'],
  ['se', 'Northern Sami; Swedish is sv'],
])

/** Languages that Intl replaces by one that includes them or is much the same. They are tags of their own. */
export const INDIVIDUAL_LANGUAGES: ReadonlySet<string> = new Set(
  `adp als arb ayr azj cls cmn cnr cwd drh drw ekk esk fat fuc gaz gug hbs ike jaw khk kmr knc kng kpv lvs mol npi ojg ory pbu pes plt
prp prs quz scc scr src swc swh tl tnf twi uzn ydd zsm zyb`.split(/\s/),
)
