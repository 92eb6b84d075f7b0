import { createDraw, pick } from './draw.ts';

const FAMILIES = (
  'Baker Nguyen Okafor Ramírez Schäfer Lindqvist Kowalski Haddad Tanaka Fernandes Novak Petrov Dubois Rossi Singh ' +
  'Johansson Moreau Castillo Larsen Abdi Whitfield Brennan Castellanos Ferreira Goldberg Hoffmann Ito Jankowski Kim ' +
  'Laurent Mbeki Nakamura Olsen Pereira Quintero Rasmussen Santos Thompson Ueda Vasquez Walker Xu Yilmaz Zamora'
).split(' ');
const TRADES = (
  'Bakery|Plumbing|Orthodontics|Landscape Design|Auto Repair|Consulting|Trucking|Veterinary Clinic|Real Estate|' +
  'Roofing|Coffee Roasters|Family Dental|Construction|Law Group|Catering|Physical Therapy|Logistics|Farms'
).split('|');
const FORMS = ['LLC', 'Inc.', 'LLP', 'P.C.', 'Ltd.', 'GmbH', 'Trust', 'Partners'];
const ODD = [
  "O'Connor & Sons, Inc.",
  'Café Zürich GmbH & Co. KG',
  '株式会社山田製作所',
  'A/B Holdings (DBA: "Alpha/Beta")',
  'Smith, John & Jane #2',
  '100% Organic Foods + More',
  'Trailing Dot Co..',
  ' Leading Space Partners',
  'Đặng & Trần Kế Toán',
  '🌵 Desert Bloom Nursery',
];

/** Names of people and firms, one in fifty an odd one; several accounts may share a name, as in any org. */
export function createAccountNames(seed: number): (index: number) => string {
  const draw = createDraw(seed, 'account name');
  return (index) => {
    const kind = draw(index, 0);
    const family = pick(FAMILIES, draw(index, 1));
    if (kind < 0.02 || index % 50 === 7) return pick(ODD, draw(index, 2));
    if (kind < 0.4) return `${family}, ${pick(FIRST_NAMES, draw(index, 2))}`;
    if (kind < 0.5) return `${family} & ${pick(FAMILIES, draw(index, 2))} ${pick(FORMS, draw(index, 3))}`;
    return `${family} ${pick(TRADES, draw(index, 2))} ${pick(FORMS, draw(index, 3))}`;
  };
}

const FIRST_NAMES = 'Ana Ben Chloë Dmitri Elena Farid Grace Hiro Ivy José Kavya Liam Mei Noor Olu Paz Rui Siân'.split(
  ' ',
);
