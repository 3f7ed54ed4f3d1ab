/** How a word ends decides which form of a particle follows it in Korean. */
type Ending = 'vowel' | 'ㄹ' | 'consonant';

/** The forms of each particle: after a consonant, and after a vowel. */
const forms: Readonly<Record<string, readonly [afterConsonant: string, afterVowel: string]>> = {
  '을(를)': ['을', '를'],
  '이(가)': ['이', '가'],
  '은(는)': ['은', '는'],
  '과(와)': ['과', '와'],
  '(으)로': ['으로', '로'],
};

/** A particle that is written with both forms, after closing quotes. */
export const particle = /([’”'")\]]*)(을\(를\)|이\(가\)|은\(는\)|과\(와\)|\(으\)로)/;

/** Returns the form of a particle that follows this word. */
export function particleAfter(word: string, written: string): string {
  const [afterConsonant, afterVowel] = forms[written] ?? [written, written];
  const ending = endingOf(word);
  // The particle (으)로 treats ㄹ as a vowel.
  const isVowel = ending === 'vowel' || (ending === 'ㄹ' && written === '(으)로');
  return isVowel ? afterVowel : afterConsonant;
}

/** 영, 일, 이, …; a longer number that ends with 0 ends with 십, 백, 천 or 만. */
const digits: readonly Ending[] = [
  'consonant',
  'ㄹ',
  'vowel',
  'consonant',
  'vowel',
  'vowel',
  'consonant',
  'ㄹ',
  'ㄹ',
  'vowel',
];

function endingOf(word: string): Ending {
  const [last = ''] = /[\p{L}\p{N}](?=[^\p{L}\p{N}]*$)/u.exec(word) ?? [];
  const syllable = (last.codePointAt(0) ?? 0) - 0xac_00;
  if (syllable >= 0 && syllable < 11_172) {
    const final = syllable % 28;
    return final === 0 ? 'vowel' : final === 8 ? 'ㄹ' : 'consonant';
  }
  if (/\d/.test(last)) return digits[Number(last)] ?? 'consonant';
  return endingOfLatin(/[A-Za-z]*(?=[^A-Za-z]*$)/.exec(word)?.[0] ?? '');
}

/** As the word is read: Slack is 슬랙, Zendesk is 젠데스크. Capitals are read as letters: XML is 엑스엠엘. */
function endingOfLatin(word: string): Ending {
  if (word.length > 1 && word === word.toUpperCase()) {
    if (/[LR]$/.test(word)) return 'ㄹ';
    return /[MN]$/.test(word) ? 'consonant' : 'vowel';
  }
  if (/l$/i.test(word)) return 'ㄹ';
  return /([mn]|ng|[aeiou][bckpt]|ck)$/i.test(word) ? 'consonant' : 'vowel';
}
