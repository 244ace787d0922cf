//! A function of a row's values and of a parameter, and of nothing else.
//!
//! Two of them are equal where their names and parameters are, in whatever session they were made: what was worked out with one need not
//! be worked out with the other.

use std::fmt::Debug;
use std::hash::{Hash, Hasher};

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::error::Result;
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature};

/// What a function is given beside the values.
pub(super) trait Parameter: Debug + Eq + Hash + Send + Sync + 'static {}

impl<P: Debug + Eq + Hash + Send + Sync + 'static> Parameter for P {}

/// A function. Its name says what its body does.
#[derive(Debug)]
pub(super) struct Pure<P> {
    pub(super) name: &'static str,
    pub(super) signature: Signature,
    pub(super) result: DataType,
    pub(super) parameter: P,
    pub(super) body: fn(&P, &[ArrayRef]) -> Result<ArrayRef>,
}

impl<P: PartialEq> PartialEq for Pure<P> {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.parameter == other.parameter
    }
}

impl<P: Eq> Eq for Pure<P> {}

impl<P: Hash> Hash for Pure<P> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
        self.parameter.hash(state);
    }
}

impl<P: Parameter> ScalarUDFImpl for Pure<P> {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _types: &[DataType]) -> Result<DataType> {
        Ok(self.result.clone())
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let scalar = arguments.args.iter().all(|argument| matches!(argument, ColumnarValue::Scalar(_)));
        let array = (self.body)(&self.parameter, &ColumnarValue::values_to_arrays(&arguments.args)?)?;
        if scalar {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&array, 0)?));
        }
        Ok(ColumnarValue::Array(array))
    }
}
