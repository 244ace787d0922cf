//! Counting by cell and period: how many rows there are of each class, and what the measure reads of those that count.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Decimal128Array, Int64Array, StringViewArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Decimal128Type, Int64Type};
use arrow::row::{RowConverter, Rows, SortField};
use datafusion::common::HashMap;
use datafusion::common::hash_map::Entry;
use datafusion::error::DataFusionError;

use super::PlanError;
use super::counter::{boolean, int32};
use super::functions::period_behind;
use super::population::{COUNTED, PENDING, PROVISIONAL, RUNNING};
use super::tally::{Key, Tallies, Tally, meet};

/// Where a counter finds what it reads of a row, by the numbers of its columns.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Layout {
    /// The value: a whole number or a decimal.
    pub(crate) value: Option<usize>,
    /// How far values lie from those that should be the same, to be added up: a decimal as it stands in the facts.
    pub(crate) spread: Option<usize>,
    /// Whose a row is, and the seconds at which it begins and ends.
    pub(crate) stretch: Option<Vec<usize>>,
    /// Whether there is a value on the calendar's clock.
    pub(crate) timed: Option<usize>,
    /// Whether the row is in the numerator, or adds.
    pub(crate) counting: Option<usize>,
    /// Whether the row takes away.
    pub(crate) minus: Option<usize>,
    /// Whether the row is in the denominator.
    pub(crate) base: Option<usize>,
    /// The weight of the row: a whole number.
    pub(crate) weight: Option<usize>,
    /// The currency.
    pub(crate) currency: Option<usize>,
    /// What rows must have in common.
    pub(crate) alike: Option<usize>,
    /// A value of which the different ones are counted.
    pub(crate) distinct: Option<usize>,
    /// Whose the row is, and of how many it is known at most: only where small groups are hidden.
    pub(crate) whose: Option<(usize, usize)>,
    /// Whether values are added up instead of collected.
    pub(crate) sums: bool,
    /// Whether the rows that run are counted elsewhere, at each period's end.
    pub(crate) runs: bool,
}

/// Counts by cell and period.
#[derive(Clone)]
pub(crate) struct Periods {
    layout: Layout,
    /// The most cells and periods that an answer may have.
    most: usize,
    /// The dimensions of the cells, by number, once all is counted.
    keys: Arc<[Key]>,
    /// Where the tally of a cell and period is.
    places: HashMap<(u32, i32), u32>,
    tallies: Vec<Tally>,
}

impl Periods {
    /// Nothing is counted yet.
    pub(crate) fn new(layout: Layout, most: usize) -> Self {
        Self { layout, most, keys: Arc::default(), places: HashMap::default(), tallies: Vec::new() }
    }

    /// What it reads of a row.
    pub(super) fn layout(&self) -> &Layout {
        &self.layout
    }

    /// One that counts in all periods of some that read the same: between their cuts there are not more than twice as many.
    pub(super) fn for_all<'p>(&self, all: impl Iterator<Item = &'p Self>) -> Self {
        let most = all.fold(0_usize, |most, one| most.saturating_add(one.most.saturating_mul(2)));
        Self::new(self.layout.clone(), most)
    }

    /// What `own` would have counted in periods between some of the instants between which this one has counted.
    pub(super) fn part(&self, own: Self, all: &[i64], cuts: &[i64]) -> Result<Self, PlanError> {
        let mut own = Self { keys: self.keys.clone(), ..own };
        let period = |start: &i64| period_behind(cuts.partition_point(|cut| cut <= start), cuts);
        let owners: Vec<Option<i32>> = all.iter().map(period).collect();
        for ((cell, period), place) in &self.places {
            let owner = usize::try_from(*period).ok().and_then(|period| owners[period]);
            if let Some(owner) = owner {
                at(&mut own.places, &mut own.tallies, (*cell, owner)).merge(&self.tallies[*place as usize]);
            }
        }
        own.refuse_size()?;
        Ok(own)
    }

    /// Counts rows by the numbers of their cells.
    pub(super) fn take(&mut self, cells: &[u32], columns: &[&ArrayRef]) -> Result<(), PlanError> {
        let periods = int32(columns, columns.len().saturating_sub(1))?;
        let classes = int32(columns, 0)?;
        let eligible = boolean(columns, Some(1))?;
        let read = Reading::new(&self.layout, columns)?;
        for (row, cell) in cells.iter().enumerate() {
            let class = classes.value(row);
            if periods.is_null(row) || class == PENDING {
                continue;
            }
            let runs = self.layout.runs;
            let tally = at(&mut self.places, &mut self.tallies, (*cell, periods.value(row)));
            tally.met += 1;
            let eligible = i64::from(eligible.is_none_or(|eligible| eligible.value(row)));
            match class {
                COUNTED => read.count(row, tally),
                RUNNING => tally.running += if runs { 0 } else { eligible },
                PROVISIONAL => tally.provisional += eligible,
                clause => *tally.excluded.entry(usize::try_from(clause - 1).unwrap_or(0)).or_insert(0) += 1,
            }
        }
        self.refuse_size()
    }

    /// Adds what was counted elsewhere, where cells have other numbers.
    pub(super) fn merge(&mut self, other: &Self, renumbered: &[u32]) -> Result<(), PlanError> {
        for ((cell, period), place) in &other.places {
            let tally = &other.tallies[*place as usize];
            at(&mut self.places, &mut self.tallies, (renumbered[*cell as usize], *period)).merge(tally);
        }
        self.refuse_size()
    }

    /// The same of one that is no longer needed: tallies are large, and those that are only its move.
    pub(super) fn take_over(&mut self, mut other: Self, renumbered: &[u32]) -> Result<(), PlanError> {
        for ((cell, period), place) in other.places {
            let tally = std::mem::take(&mut other.tallies[place as usize]);
            match self.places.entry((renumbered[cell as usize], period)) {
                Entry::Occupied(mine) => self.tallies[*mine.get() as usize].merge(&tally),
                Entry::Vacant(free) => {
                    free.insert(u32::try_from(self.tallies.len()).unwrap_or(u32::MAX));
                    self.tallies.push(tally);
                }
            }
        }
        self.refuse_size()
    }

    /// Takes off what was counted of some of the rows; answers whether all of them had been counted here.
    #[must_use]
    pub(super) fn take_off(&mut self, gone: &Self, renumbered: &[u32]) -> bool {
        let tallies = &mut self.tallies;
        let places = &mut self.places;
        gone.places.iter().all(|((cell, period), place)| {
            let at = (renumbered[*cell as usize], *period);
            let Some(mine) = places.get(&at).map(|mine| &mut tallies[*mine as usize]) else { return false };
            let fits = mine.take_off(&gone.tallies[*place as usize]);
            if mine.met == 0 {
                // Where no row is left there is no cell, as if there never had been.
                *mine = Tally::default();
                places.remove(&at);
            }
            fits
        })
    }

    /// Sorts the values of each tally, which take no more room than they need from then on.
    pub(super) fn sort(&mut self) {
        self.tallies.iter_mut().for_each(|tally| tally.values.sort());
    }

    /// About how many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        let tallies: usize = self.tallies.iter().map(Tally::bytes).sum();
        size_of::<Self>() + self.places.len() * 2 * size_of::<((u32, i32), u32)>() + tallies
    }

    /// Learns what the numbers of its cells mean.
    pub(super) fn know(&mut self, keys: Arc<[Key]>) {
        self.keys = keys;
    }

    fn refuse_size(&self) -> Result<(), PlanError> {
        if self.places.len() > self.most {
            return Err(PlanError::TooManyCells { found: self.most.saturating_add(1), most: self.most });
        }
        Ok(())
    }

    /// What was counted; `unit` units of a value make one.
    pub(crate) fn tallies(mut self, unit: i64) -> Tallies {
        let mut tallies = Tallies { unit, ..Tallies::default() };
        for ((cell, period), place) in self.places {
            let tally = std::mem::take(&mut self.tallies[place as usize]);
            *tallies.at(self.keys[cell as usize].clone(), usize::try_from(period).unwrap_or(0)) = tally;
        }
        tallies
    }
}

/// The tally of a cell and period. Tallies are large, so that what is looked up for every row is where they are.
fn at<'t>(places: &mut HashMap<(u32, i32), u32>, tallies: &'t mut Vec<Tally>, of: (u32, i32)) -> &'t mut Tally {
    let place = *places.entry(of).or_insert_with(|| {
        tallies.push(Tally::default());
        u32::try_from(tallies.len() - 1).unwrap_or(u32::MAX)
    });
    &mut tallies[place as usize]
}

/// What a measure reads of the rows of a batch.
struct Reading<'b> {
    whole: Option<&'b Int64Array>,
    decimal: Option<&'b Decimal128Array>,
    spread: Option<&'b Decimal128Array>,
    stretch: Option<(StringViewArray, &'b Int64Array, &'b Int64Array)>,
    sums: bool,
    timed: Option<&'b BooleanArray>,
    counting: Option<&'b BooleanArray>,
    minus: Option<&'b BooleanArray>,
    base: Option<&'b BooleanArray>,
    weight: Option<&'b Int64Array>,
    currency: Option<StringViewArray>,
    alike: Option<StringViewArray>,
    distinct: Option<(&'b ArrayRef, Rows)>,
    whose: Option<(StringViewArray, usize)>,
}

impl<'b> Reading<'b> {
    fn new(layout: &Layout, columns: &[&'b ArrayRef]) -> Result<Self, PlanError> {
        let value = layout.value.map(|number| columns[number]);
        let texts = |column: Option<usize>| -> Result<_, DataFusionError> {
            let texts = column.map(|number| cast(columns[number], &DataType::Utf8View)).transpose()?;
            Ok(texts.map(|texts| texts.as_string_view().clone()))
        };
        let distinct = layout.distinct.map(|number| -> Result<_, DataFusionError> {
            let converter = RowConverter::new(vec![SortField::new(columns[number].data_type().clone())])?;
            Ok((columns[number], converter.convert_columns(&[columns[number].clone()])?))
        });
        Ok(Self {
            whole: value.and_then(|value| value.as_primitive_opt::<Int64Type>()),
            decimal: value.and_then(|value| value.as_primitive_opt::<Decimal128Type>()),
            spread: layout.spread.and_then(|number| columns[number].as_primitive_opt::<Decimal128Type>()),
            stretch: match layout.stretch.as_deref() {
                Some([whose, from, until]) => {
                    let seconds = |number: usize| columns[number].as_primitive_opt::<Int64Type>();
                    let owners = texts(Some(*whose))?;
                    owners.zip(seconds(*from).zip(seconds(*until))).map(|(owners, (from, until))| (owners, from, until))
                }
                _ => None,
            },
            sums: layout.sums,
            timed: boolean(columns, layout.timed)?,
            counting: boolean(columns, layout.counting)?,
            minus: boolean(columns, layout.minus)?,
            base: boolean(columns, layout.base)?,
            weight: layout.weight.and_then(|number| columns[number].as_primitive_opt::<Int64Type>()),
            currency: texts(layout.currency)?,
            alike: texts(layout.alike)?,
            distinct: distinct.transpose()?,
            whose: texts(layout.whose.map(|(column, _)| column))?.zip(layout.whose.map(|(_, most)| most)),
        })
    }

    /// Counts a row that counts.
    fn count(&self, row: usize, tally: &mut Tally) {
        let holds = |column: Option<&BooleanArray>| i64::from(column.is_some_and(|column| column.value(row)));
        tally.rows += 1;
        tally.timed += holds(self.timed);
        // What has no weight weighs nothing.
        let weight = self.weight.map_or(1, |weights| if weights.is_valid(row) { weights.value(row) } else { 0 });
        tally.denominator += holds(self.base) * weight;
        tally.weighed += holds(self.base);
        let (plus, minus) = (holds(self.counting) * weight, holds(self.minus));
        tally.signs = (tally.signs.0 + plus, tally.signs.1 + minus);
        tally.numerator += plus - minus;
        let whole = self.whole.filter(|values| values.is_valid(row)).map(|values| i128::from(values.value(row)));
        let value = whole.or_else(|| self.decimal.filter(|values| values.is_valid(row)).map(|values| values.value(row)));
        match value {
            Some(value) if self.sums => {
                tally.special_mut().add(value);
                tally.timed += 1;
            }
            Some(value) => tally.values.extend(i64::try_from(value)),
            None => {}
        }
        if let Some((owners, from, until)) = &self.stretch
            && owners.is_valid(row)
            && from.is_valid(row)
            && until.is_valid(row)
        {
            let stretches = tally.special_mut().stretches.entry(owners.value(row).into()).or_default();
            stretches.push((from.value(row), until.value(row)));
        }
        if let Some(spread) = self.spread.filter(|spread| spread.is_valid(row)) {
            tally.special_mut().add(spread.value(row));
        }
        if let Some((_, rows)) = self.distinct.as_ref().filter(|(column, _)| column.is_valid(row)) {
            let (value, distinct) = (rows.row(row), &mut tally.special_mut().distinct);
            match distinct.get_mut(value.as_ref()) {
                Some(rows) => *rows += 1,
                None => drop(distinct.insert(value.as_ref().into(), 1)),
            }
        }
        if let Some((whose, most)) = self.whose.as_ref().filter(|(whose, _)| whose.is_valid(row)) {
            let individuals = &mut tally.special_mut().individuals;
            if individuals.len() < *most {
                individuals.insert(whose.value(row).into());
            }
        }
        if let Some(texts) = self.currency.as_ref().filter(|texts| texts.is_valid(row)) {
            meet(&mut tally.special_mut().currency, texts.value(row), 1);
        }
        if let Some(texts) = self.alike.as_ref().filter(|texts| texts.is_valid(row)) {
            meet(&mut tally.special_mut().alike, texts.value(row), 1);
        }
    }
}
