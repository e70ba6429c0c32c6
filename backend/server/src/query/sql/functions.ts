/**
 * Functions that people's SQL may call: they look at their arguments and at nothing else. Not here, on purpose: whatever
 * reads files, dictionaries, other tables, settings, the server or the network, waits, throws on demand, or takes the
 * name of another function as text. Names compare without case.
 */
const plain = `
and or not xor if multiIf caseWithExpression clamp greatest least
equals notEquals less greater lessOrEquals greaterOrEquals isDistinctFrom isNotDistinctFrom in notIn exists
isNull isNotNull ifNull nullIf coalesce assumeNotNull toNullable isZeroOrNull firstNonDefault
plus minus multiply divide intDiv intDivOrZero modulo positiveModulo negate abs gcd lcm sqr ifNotFinite isFinite isInfinite isNaN max2 min2
acos asin atan atan2 cbrt cos exp exp10 exp2 log log10 log1p log2 pow power sign sin sqrt tan sigmoid pi e widthBucket
ceil ceiling floor round roundBankers roundDown trunc truncate roundToExp2
lambda tuple tupleElement array arrayElement map untuple identity materialize
now now64 today yesterday timezone toTimezone age dateDiff date_diff datediff timestampDiff dateTrunc date_trunc dateAdd date_add dateSub date_sub dateName
addDays addHours addMinutes addMonths addQuarters addSeconds addMilliseconds addWeeks addYears addInterval addDate
subtractDays subtractHours subtractMinutes subtractMonths subtractQuarters subtractSeconds subtractMilliseconds subtractWeeks subtractYears subtractInterval subDate
formatDateTime fromUnixTimestamp fromUnixTimestamp64Milli fromUnixTimestamp64Micro fromUnixTimestamp64Nano makeDate makeDateTime makeDateTime64 monthName
timeSlot toDayOfMonth toDayOfWeek toDayOfYear toHour toMinute toSecond toMillisecond toISOWeek toISOYear toMonday toMonth toQuarter toWeek toYear toYYYYMM toYYYYMMDD toYYYYMMDDhhmmss
toLastDayOfMonth toStartOfDay toStartOfFifteenMinutes toStartOfFiveMinutes toStartOfHour toStartOfInterval toStartOfMillisecond toStartOfMinute toStartOfMonth toStartOfQuarter toStartOfSecond toStartOfTenMinutes toStartOfWeek toStartOfYear
toUnixTimestamp toUnixTimestamp64Milli toUnixTimestamp64Micro toUnixTimestamp64Nano toRelativeDayNum toRelativeHourNum toRelativeMinuteNum toRelativeSecondNum
tumble tumbleStart tumbleEnd hop hopStart hopEnd
toIntervalMillisecond toIntervalSecond toIntervalMinute toIntervalHour toIntervalDay toIntervalWeek toIntervalMonth toIntervalQuarter toIntervalYear toInterval
cast _cast accurateCast accurateCastOrNull accurateCastOrDefault reinterpretAsUInt64 reinterpretAsInt64 reinterpretAsString
toBool toString toFixedString toLowCardinality toUUID toUUIDOrNull toUUIDOrZero toTypeName
toDate toDateOrNull toDateOrZero toDate32 toDateTime toDateTimeOrNull toDateTimeOrZero toDateTime64 toDateTime64OrNull toDateTime64OrZero parseDateTimeBestEffort parseDateTimeBestEffortOrNull parseDateTime64BestEffort parseDateTime64BestEffortOrNull parseDateTime parseDateTimeOrNull
toInt8 toInt16 toInt32 toInt64 toInt128 toInt256 toUInt8 toUInt16 toUInt32 toUInt64 toUInt128 toUInt256 toFloat32 toFloat64
toInt8OrNull toInt16OrNull toInt32OrNull toInt64OrNull toUInt8OrNull toUInt16OrNull toUInt32OrNull toUInt64OrNull toFloat32OrNull toFloat64OrNull
toInt8OrZero toInt16OrZero toInt32OrZero toInt64OrZero toUInt8OrZero toUInt16OrZero toUInt32OrZero toUInt64OrZero toFloat32OrZero toFloat64OrZero
toDecimal32 toDecimal64 toDecimal128 toDecimalString
ascii base64Decode base64Encode tryBase64Decode hex unhex char concat concatWithSeparator concat_ws endsWith startsWith left right leftPad rightPad lpad rpad length lengthUTF8 char_length character_length lower upper lcase ucase lowerUTF8 upperUTF8 repeat reverse reverseUTF8 space substring substr mid substringUTF8 substringIndex trim trimBoth trimLeft trimRight ltrim rtrim toValidUTF8 isValidUTF8 normalizeUTF8NFC initcap empty notEmpty
format printf replace replaceAll replaceOne replaceRegexpAll replaceRegexpOne regexpExtract regexp_replace translate
like ilike notLike notILike match extract extractAll extractAllGroups extractAllGroupsHorizontal extractAllGroupsVertical extractGroups countMatches countSubstrings position positionCaseInsensitive positionUTF8 locate multiSearchAny multiSearchAnyCaseInsensitive multiMatchAny hasToken hasTokenCaseInsensitive hasSubsequence
splitByChar splitByString splitByRegexp splitByWhitespace splitByNonAlpha alphaTokens tokens arrayStringConcat
arrayAll arrayAvg arrayCompact arrayConcat arrayCount arrayCumSum arrayDifference arrayDistinct arrayDotProduct arrayEnumerate arrayEnumerateUniq arrayExcept arrayExists arrayFill arrayFilter arrayFirst arrayFirstIndex arrayFlatten arrayFold arrayIntersect arrayJoin arrayLast arrayLastIndex arrayMap arrayMax arrayMin arrayPopBack arrayPopFront arrayProduct arrayPushBack arrayPushFront arrayResize arrayReverse arrayReverseFill arrayReverseSort arraySlice arraySort arraySplit arraySum arrayUniq arrayWithConstant arrayZip countEqual has hasAll hasAny indexOf range
emptyArrayString emptyArrayUInt64 emptyArrayFloat64
mapAdd mapApply mapConcat mapContains mapContainsKey mapExists mapFilter mapFromArrays mapKeys mapValues mapSort mapSubtract mapUpdate
isValidJSON JSONArrayLength JSONExtract JSONExtractArrayRaw JSONExtractBool JSONExtractFloat JSONExtractInt JSONExtractKeys JSONExtractKeysAndValues JSONExtractKeysAndValuesRaw JSONExtractRaw JSONExtractString JSONExtractUInt JSONHas JSONKey JSONLength JSONType JSON_EXISTS JSON_QUERY JSON_VALUE simpleJSONExtractBool simpleJSONExtractFloat simpleJSONExtractInt simpleJSONExtractRaw simpleJSONExtractString simpleJSONExtractUInt simpleJSONHas visitParamExtractString toJSONString
bitAnd bitCount bitNot bitOr bitShiftLeft bitShiftRight bitTest bitXor
cityHash64 sipHash64 xxHash64 murmurHash3_64 MD5 SHA1 SHA256 intHash64 farmHash64
formatReadableSize formatReadableDecimalSize formatReadableQuantity formatReadableTimeDelta bar transform runningDifference finalizeAggregation
rand rand64 randUniform
protocol domain path cutToFirstSignificantSubdomain
IPv4NumToString IPv4StringToNum toIPv4 toIPv6 isIPv4String isIPv6String
`;

const aggregates = `
any anyHeavy anyLast first_value last_value argMax argMin avg avgWeighted count corr covarPop covarSamp deltaSum deltaSumTimestamp entropy exponentialMovingAverage
groupArray groupArrayLast groupArrayMovingAvg groupArrayMovingSum groupArraySample groupArraySorted groupUniqArray groupBitAnd groupBitOr groupBitXor groupConcat histogram intervalLengthSum kurtPop kurtSamp
max maxMap min minMap median quantile quantileExact quantileExactHigh quantileExactLow quantileExactWeighted quantileTDigest quantileTDigestWeighted quantileTiming quantileBFloat16 quantileDD quantileGK
quantiles quantilesExact quantilesTDigest quantilesTiming quantilesDD quantilesGK medianExact medianTDigest simpleLinearRegression singleValueOrNull skewPop skewSamp sparkbar stddevPop stddevSamp std stddev sum sumCount sumKahan sumMap sumWithOverflow topK topKWeighted uniq uniqCombined uniqCombined64 uniqExact uniqHLL12 uniqTheta varPop varSamp var_pop var_samp stddev_pop stddev_samp windowFunnel retention sequenceCount sequenceMatch
row_number rank denseRank dense_rank percentRank percent_rank cume_dist ntile lag lead lagInFrame leadInFrame nth_value nonNegativeDerivative
`;

const words = (text: string) => text.split(/\s+/).filter(Boolean);
/** As people write them; the docs list the same. */
export const allowedFunctions = { plain: words(plain), aggregates: words(aggregates) };
const known = (names: readonly string[]): ReadonlySet<string> => new Set(names.map((name) => name.toLowerCase()));
const plainNames = known(allowedFunctions.plain);
const aggregateNames = known(allowedFunctions.aggregates);
/** What may stand behind an aggregate's name; several may. */
const combinators =
  /^(?:if|array|map|distinct|ordefault|ornull|state|merge|mergestate|simplestate|foreach|argmin|argmax)+$/;

export function isAllowedFunction(name: string): boolean {
  const lower = name.toLowerCase();
  if (plainNames.has(lower) || aggregateNames.has(lower)) return true;
  for (let end = lower.length - 1; end > 0; end--)
    if (aggregateNames.has(lower.slice(0, end)) && combinators.test(lower.slice(end))) return true;
  return false;
}
