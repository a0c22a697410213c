/**
 * MetaICL's seven settings as data: which tasks are trained on, which are tested, and which of
 * those are of an unseen domain.
 * Reference: Min et al. (2022, arXiv 2110.15943), table 1, and the task lists of their published
 * configuration.
 */
import { checkText } from '../core/checks';
import { lookUp } from '../core/errors';

/** A way to split the tasks into those trained on and those tested. */
export interface Setting {
  /** How tables call it. */
  readonly name: string;
  /** How MetaICL's files call it. */
  readonly key: string;
  readonly train: readonly string[];
  readonly target: readonly string[];
  /** Targets whose domain no training task has. */
  readonly unseen: readonly string[];
}

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

const CLASS_TARGETS = words(`
    ag_news amazon_polarity anli climate_fever dbpedia_14 emo ethos-national_origin ethos-race
    ethos-religion financial_phrasebank hate_speech18 medical_questions_pairs poem_sentiment
    superglue-cb tab_fact tweet_eval-hate tweet_eval-stance_atheism tweet_eval-stance_feminist
    wiki_qa yelp_polarity
`);
const QA_TARGETS = words(`
    ai2_arc codah cosmos_qa dream hellaswag openbookqa qasc quail quarel quartz-no_knowledge
    quartz-with_knowledge sciq superglue-copa swag unifiedqa:ai2_science_middle unifiedqa:mctest
    unifiedqa:openbookqa unifiedqa:openbookqa_with_ir unifiedqa:qasc unifiedqa:qasc_with_ir
    wino_grande wiqa
`);
const CLASS_UNSEEN = [
  'poem_sentiment',
  'climate_fever',
  'medical_questions_pairs',
  'financial_phrasebank',
];

/**
 * Tasks that a published configuration has on both sides of a setting; they are dropped from its
 * training side.
 */
export const OVERLAPS: readonly string[] = ['sick'];

/** A published setting without the overlaps: no task is trained on and tested. */
const apart = (setting: Setting): Setting => ({
  ...setting,
  train: setting.train.filter((task) => !setting.target.includes(task)),
});

/** All settings. */
export const SETTINGS = {
  hrToLr: apart({
    name: 'HR → LR',
    key: 'hr_to_lr',
    train: words(`
    ade_corpus_v2-classification ag_news amazon_polarity anli art biomrc circa cosmos_qa dbpedia_14
    discovery emo emotion freebase_qa gigaword glue-mnli glue-qnli glue-qqp glue-sst2
    google_wellformed_query hate_speech_offensive hatexplain hellaswag hotpot_qa imdb kilt_ay2
    kilt_fever kilt_hotpotqa kilt_nq kilt_trex kilt_zsre lama-conceptnet lama-trex liar paws piqa
    quail quoref race-high race-middle ropes sciq scitail search_qa social_i_qa squad-no_context
    squad-with_context superglue-record swag tab_fact tweet_eval-emoji tweet_eval-offensive
    tweet_eval-sentiment tweet_qa wiki_qa wikisql wino_grande wiqa xsum yahoo_answers_topics
    yelp_polarity yelp_review_full
    `),
    target: words(`
    ai2_arc climate_fever codah commonsense_qa dream ethos-national_origin ethos-race ethos-religion
    financial_phrasebank glue-mrpc glue-rte glue-wnli hate_speech18 medical_questions_pairs
    openbookqa poem_sentiment qasc quarel quartz-no_knowledge quartz-with_knowledge sick
    superglue-cb superglue-copa tweet_eval-hate tweet_eval-stance_atheism tweet_eval-stance_feminist
    `),
    unseen: ['financial_phrasebank', 'medical_questions_pairs', 'poem_sentiment', 'climate_fever'],
  }),
  classToClass: apart({
    name: 'Class → Class',
    key: 'class_to_class',
    train: words(`
    ade_corpus_v2-classification circa discovery emotion ethos-directed_vs_generalized
    ethos-disability ethos-gender ethos-sexual_orientation glue-cola glue-mnli glue-mrpc glue-qnli
    glue-qqp glue-rte glue-sst2 glue-wnli google_wellformed_query hate_speech_offensive hatexplain
    health_fact imdb kilt_fever liar onestop_english paws rotten_tomatoes scitail sick sms_spam
    superglue-rte superglue-wic superglue-wsc trec trec-finegrained tweet_eval-emoji
    tweet_eval-emotion tweet_eval-irony tweet_eval-offensive tweet_eval-sentiment
    tweet_eval-stance_abortion tweet_eval-stance_climate tweet_eval-stance_hillary
    yahoo_answers_topics
    `),
    target: CLASS_TARGETS,
    unseen: CLASS_UNSEEN,
  }),
  nonClassToClass: apart({
    name: 'non-Class → Class',
    key: 'non_class_to_class',
    train: words(`
    ade_corpus_v2-dosage art biomrc blimp-anaphor_number_agreement blimp-ellipsis_n_bar_2
    blimp-sentential_negation_npi_licensor_present blimp-sentential_negation_npi_scope
    commonsense_qa crows_pairs dream freebase_qa gigaword hellaswag hotpot_qa kilt_ay2 kilt_hotpotqa
    kilt_trex kilt_zsre lama-conceptnet lama-google_re lama-squad numer_sense openbookqa piqa
    proto_qa qa_srl quarel quartz-no_knowledge race-high ropes sciq social_i_qa spider
    superglue-multirc wikisql xsum yelp_review_full
    `),
    target: CLASS_TARGETS,
    unseen: CLASS_UNSEEN,
  }),
  qaToQa: apart({
    name: 'QA → QA',
    key: 'qa_to_qa',
    train: words(`
    biomrc boolq freebase_qa hotpot_qa kilt_hotpotqa kilt_nq kilt_trex kilt_zsre lama-conceptnet
    lama-google_re lama-squad lama-trex mc_taco numer_sense quoref ropes search_qa squad-no_context
    squad-with_context superglue-multirc superglue-record tweet_qa unifiedqa:boolq
    unifiedqa:commonsenseqa unifiedqa:drop unifiedqa:narrativeqa
    unifiedqa:natural_questions_with_dpr_para unifiedqa:newsqa unifiedqa:physical_iqa
    unifiedqa:quoref unifiedqa:race_string unifiedqa:ropes unifiedqa:social_iqa unifiedqa:squad1_1
    unifiedqa:squad2 unifiedqa:winogrande_xl web_questions
    `),
    target: QA_TARGETS,
    unseen: ['unifiedqa:mctest'],
  }),
  nonQaToQa: apart({
    name: 'non-QA → QA',
    key: 'non_qa_to_qa',
    train: words(`
    ade_corpus_v2-classification ag_news amazon_polarity anli art circa dbpedia_14 discovery emo
    emotion gigaword glue-mnli glue-qnli glue-qqp glue-sst2 google_wellformed_query
    hate_speech_offensive hatexplain imdb kilt_ay2 kilt_fever liar paws scitail tab_fact
    tweet_eval-emoji tweet_eval-offensive tweet_eval-sentiment wikisql xsum yahoo_answers_topics
    yelp_polarity yelp_review_full
    `),
    target: QA_TARGETS,
    unseen: ['unifiedqa:mctest'],
  }),
  nonNliToNli: apart({
    name: 'non-NLI → NLI',
    key: 'non_nli_to_nli',
    train: words(`
    ade_corpus_v2-classification ag_news amazon_polarity circa climate_fever dbpedia_14 discovery
    emo emotion ethos-directed_vs_generalized ethos-disability ethos-gender ethos-national_origin
    ethos-race ethos-religion ethos-sexual_orientation financial_phrasebank glue-cola glue-mrpc
    glue-qqp glue-sst2 google_wellformed_query hate_speech18 hate_speech_offensive hatexplain
    health_fact imdb kilt_fever liar medical_questions_pairs onestop_english paws poem_sentiment
    rotten_tomatoes sick sms_spam superglue-wic superglue-wsc tab_fact trec trec-finegrained
    tweet_eval-emoji tweet_eval-emotion tweet_eval-hate tweet_eval-irony tweet_eval-offensive
    tweet_eval-sentiment tweet_eval-stance_abortion tweet_eval-stance_atheism
    tweet_eval-stance_climate tweet_eval-stance_feminist tweet_eval-stance_hillary wiki_qa
    yahoo_answers_topics yelp_polarity
    `),
    target: words(`
    anli glue-mnli glue-qnli glue-rte glue-wnli scitail sick superglue-cb
    `),
    unseen: ['scitail'],
  }),
  nonParaToPara: apart({
    name: 'non-Para → Para',
    key: 'non_paraphrase_to_paraphrase',
    train: words(`
    ade_corpus_v2-classification ag_news amazon_polarity anli circa climate_fever dbpedia_14
    discovery emo emotion ethos-directed_vs_generalized ethos-disability ethos-gender
    ethos-national_origin ethos-race ethos-religion ethos-sexual_orientation financial_phrasebank
    glue-cola glue-mnli glue-qnli glue-rte glue-sst2 glue-wnli google_wellformed_query hate_speech18
    hate_speech_offensive hatexplain health_fact imdb kilt_fever liar onestop_english poem_sentiment
    rotten_tomatoes scitail sick sms_spam superglue-cb superglue-rte superglue-wic superglue-wsc
    tab_fact trec trec-finegrained tweet_eval-emoji tweet_eval-emotion tweet_eval-hate
    tweet_eval-irony tweet_eval-offensive tweet_eval-sentiment tweet_eval-stance_abortion
    tweet_eval-stance_atheism tweet_eval-stance_climate tweet_eval-stance_feminist
    tweet_eval-stance_hillary wiki_qa yahoo_answers_topics yelp_polarity
    `),
    target: words(`
    glue-mrpc glue-qqp medical_questions_pairs paws
    `),
    unseen: ['medical_questions_pairs'],
  }),
} satisfies Readonly<Record<string, Setting>>;

/** The key of a setting. */
export type SettingKey = keyof typeof SETTINGS;

/**
 * The setting with this key.
 *
 * @throws CourseError quoting an unknown key and listing the known ones
 */
export const settingOf = (key: string): Setting =>
  lookUp('setting', SETTINGS as Readonly<Record<string, Setting>>, key);

/**
 * Tasks whose texts are abusive language: they are scored, never printed.
 *
 * @throws CourseError when the name is no text
 */
export function isAbusive(task: string): boolean {
  checkText('The name of a task', task);
  return /^(ethos-|hate|tweet_eval-(hate|offensive))/.test(task);
}
